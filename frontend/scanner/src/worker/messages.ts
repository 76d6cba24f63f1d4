/** What the page and its decoding worker say to each other. */
export type Job = { id: number; pixels: ImageData };
/** `texts` is null where the decoder itself is broken. */
export type Result = { id: number; texts: string[] | null };
