/** Making what is on the screen. */

type Inside = Node | string;

/** An element with its properties and what is in it. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  told: Partial<HTMLElementTagNameMap[Name]> = {},
  ...inside: Inside[]
): HTMLElementTagNameMap[Name] {
  const element = Object.assign(document.createElement(name), told);
  element.append(...inside);
  return element;
}

/** A button that stays down once it was chosen. */
export function choice(text: string, chosen: boolean, onclick: () => void): HTMLButtonElement {
  const button = make("button", { onclick }, text);
  button.setAttribute("aria-pressed", String(chosen));
  return button;
}

/** Buttons under a heading. */
export function group(title: string, ...inside: Inside[]): HTMLElement {
  const name = `group-${title.replace(/\W+/g, "-")}`;
  const section = make("section", { className: "group" }, make("h2", { id: name }, title), make("div", { className: "choices" }, ...inside));
  section.setAttribute("aria-labelledby", name);
  return section;
}

/** A drawing of lines, for eyes only. */
export function picture(path: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}
