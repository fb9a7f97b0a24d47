import { printParseErrorCode } from 'jsonc-parser';

/** What is wrong with JSON, for people: what the parser's words mean for somebody who wrote the text. */
const WORDS: Record<string, string> = {
  InvalidSymbol: 'a text must stand in double quotes',
  InvalidNumberFormat: 'a number is not written as in JSON',
  PropertyNameExpected: 'a name in double quotes belongs here',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing brace is missing',
  CloseBracketExpected: 'a closing bracket is missing',
  EndOfFileExpected: 'something follows its end',
  InvalidCommentToken: 'a comment may not stand in it',
  UnexpectedEndOfComment: 'a comment does not end',
  UnexpectedEndOfString: 'a text does not end on its line',
  UnexpectedEndOfNumber: 'a number is not complete',
  InvalidUnicode: 'four hexadecimal digits belong after \\u',
  InvalidEscapeCharacter: 'a backslash stands before a character that it cannot escape',
  InvalidCharacter: 'a control character must be escaped, such as a line break as \\n',
};

/** The words for an error of the parser. */
export function syntaxWords(code: number): string {
  const name = printParseErrorCode(code);
  return WORDS[name] ?? `it is not valid (${name})`;
}

export const STRANGE_SPACE = 'there is white space that JSON does not know';
export const TOO_DEEP = 'it is nested too deep';
