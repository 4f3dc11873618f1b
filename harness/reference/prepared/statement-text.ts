/** The placeholders of a statement text. Linear, so that texts of any length can come. */

/**
 * The text cut at its placeholders, which are the question marks outside of quotes.
 * @param evenIn quotes in which one counts all the same
 */
export function atPlaceholders(text: string, evenIn = ''): string[] {
  const parts: string[] = [];
  let quote = '';
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '?' && (quote === '' || evenIn.includes(quote))) {
      parts.push(text.slice(from, at));
      from = at + 1;
    } else if (quote === '' && (char === "'" || char === '"' || char === '`')) quote = char;
    else if (char === quote) quote = '';
  }
  return [...parts, text.slice(from)];
}

/** What stands behind the first semicolon outside of quotes. */
export function secondStatement(text: string): string | undefined {
  if (!text.includes(';')) return undefined;
  const found = /^(?:'[^']*'|"[^"]*"|[^'";])*;(.*)$/s.exec(text);
  return found?.[1]?.trim() || undefined;
}
