/** Every text of the scanner, chosen by the page's language. */

import { en } from "./texts.en";
import { type Texts, zh } from "./texts.zh";

export type { Said } from "./said";
export type { Texts } from "./texts.zh";

export const english = document.documentElement.lang === "en";
export const t: Texts = english ? en : zh;
