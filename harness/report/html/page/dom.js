/** @typedef {Node | string | null | undefined | false} Child */
/** @typedef {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} Attributes */

/**
 * An element. Strings become text, never markup: this is the only way by which the page makes anything of what a target said.
 * An attribute that is a function listens to the event of its name; null, undefined and false leave it out.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {Child[]} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

/**
 * @param {Element} parent
 * @param {Child[]} children
 */
export function add(parent, children) {
  for (const child of children) if (child !== null && child !== undefined && child !== false) parent.append(child);
}

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no ${id}`);
  return found;
}

/**
 * A link that leaves the page, or the text where there is no address.
 * @param {string} url
 * @param {string} text
 * @returns {Child}
 */
export function outward(url, text) {
  return /^https?:\/\//.test(url) ? el('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, text) : text;
}

/**
 * A name that may be broken behind its signs: local:haproxy+mariadb.
 * @param {string} name
 */
export function breakable(name) {
  return el('span', { title: name }, ...name.split(/(?<=[:+?&=,-])/).flatMap((part, i) => (i === 0 ? [part] : [el('wbr'), part])));
}

/**
 * @param {number} n
 * @param {string} one
 */
export function count(n, one) {
  return `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;
}
