/** What the server wrote into the page: audience groups and measures by their codes, in the page's language. */

export type Group = { code: string; label: string };
export type Measure = Group & { unit: string };

const data = document.getElementById("scanner")?.dataset;

function listed<Row>(text: string | undefined): Row[] {
  try {
    return JSON.parse(text ?? "[]") as Row[];
  } catch {
    return [];
  }
}

export const groups = listed<Group>(data?.groups);
export const measures = listed<Measure>(data?.measures);

export function groupName(code: string): string {
  return groups.find((one) => one.code === code)?.label ?? code;
}

export function measureName(code: string): { label: string; unit: string } {
  return measures.find((one) => one.code === code) ?? { label: code, unit: "" };
}
