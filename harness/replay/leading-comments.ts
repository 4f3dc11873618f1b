/** Comments as clients put them before a statement (who asks, where in a program). What stands in an executable one is a statement. */
const comment = /^(?:\s+|\/\*(?!!|M!)[\s\S]*?\*\/|#[^\n]*(?:\n|$)|--(?=\s|$)[^\n]*(?:\n|$))+/;

/** A statement from its first word on. */
export const withoutLeadingComments = (sql: string): string => sql.replace(comment, '');
