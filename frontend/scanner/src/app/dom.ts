/** Building elements: texts go in as text, looks go in as classes, so that the strict policy holds. */

type Attributes = Record<string, string | number | boolean | null | undefined | ((event: Event) => unknown)>;
type Child = Node | string | null | false | undefined;

export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  fill(element, ...children);
  return element;
}

export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => child !== null && child !== false && child !== undefined));
}

const SVG = "http://www.w3.org/2000/svg";

/** A symbol of the site's icon sprite; it says nothing to a screen reader, the word beside it does. */
export function icon(name: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.getElementById("scanner")?.dataset.icons ?? ""}#${name}`);
  svg.append(use);
  return svg;
}

export function button(label: string, iconName: string | null, attributes: Attributes, press: () => unknown): HTMLButtonElement {
  return h("button", { type: "button", class: "button", ...attributes, click: press }, iconName && icon(iconName), h("span", {}, label));
}
