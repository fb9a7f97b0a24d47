/** jsonc-parser's SyntaxKind, which its types declare as a const enum that single-file compilers cannot read. */
export const TOKEN = { openBrace: 1, closeBrace: 2, openBracket: 3, closeBracket: 4, comma: 5, colon: 6, string: 10, end: 17 } as const;

/** jsonc-parser's ScanError for a string that a line break or the end cuts off. */
export const UNENDED_STRING = 2;

export function opens(token: number): boolean {
  return token === TOKEN.openBrace || token === TOKEN.openBracket;
}

export function closes(token: number): boolean {
  return token === TOKEN.closeBrace || token === TOKEN.closeBracket;
}
