/** An element of a parsed document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** A strict reader of the XML that reports use: no DTD, comments or CDATA. Throws on anything that is not well-formed XML 1.0. */
export function parseXml(document: string): Element {
  // XML 1.0, production 2: the only characters a document may hold.
  const bad = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u.exec(document);
  if (bad) throw new Error(`no XML character at ${bad.index}: ${JSON.stringify(bad[0])}`);
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  if (body === document) throw new Error('no XML declaration');
  const root: Element = { name: '#document', attributes: {}, children: [], text: '' };
  const open = [root];
  const token = /<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  while (at < body.length) {
    token.lastIndex = at;
    const found = token.exec(body);
    if (!found) throw new Error(`not well-formed at ${at}: ${JSON.stringify(body.slice(at, at + 60))}`);
    at = token.lastIndex;
    const [, closing, name = '', attributes = '', empty, text] = found;
    const top = open.at(-1) as Element;
    if (text !== undefined) {
      if (text.includes(']]>')) throw new Error(']]> in text');
      top.text += decoded(text);
    } else if (closing) {
      if (top.name !== name || attributes !== '') throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
    } else {
      const element: Element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      top.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [only, ...others] = root.children;
  if (open.length !== 1 || !only || others.length > 0 || root.text.trim() !== '') throw new Error('not one whole root element');
  return only;
}

/** All elements of a name, in document order. */
export function all(element: Element, name: string): Element[] {
  return [...(element.name === name ? [element] : []), ...element.children.flatMap((child) => all(child, name))];
}

function attributesOf(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([a-z]+)="([^"]*)"/g)) {
    if (name in values) throw new Error(`attribute ${name} twice`);
    values[name] = decoded(value);
  }
  return values;
}

function decoded(text: string): string {
  return text.replaceAll(/&(\w*;)?/g, (whole, name: string | undefined) => {
    const char = entities[name?.slice(0, -1) ?? ''];
    if (char === undefined) throw new Error(`unknown reference ${whole}`);
    return char;
  });
}
