/** What other agents might write. Each is one text; tests put it wherever a text can stand. */

/** What a terminal would obey, or would not show. */
export const ESCAPES: Record<string, string> = {
  'colour (CSI)': '\u001b[31;1mred',
  'cleared screen (CSI)': '\u001b[2J\u001b[H',
  'a link (OSC 8)': '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007',
  'the clipboard (OSC 52)': '\u001b]52;c;cm0gLXJmIH4=\u0007',
  'the title (OSC 0)': '\u001b]0;title\u0007',
  'a device control string (DCS)': '\u001bP$q"p\u001b\\',
  'C1 control bytes': '\u009b2J\u009d0;t\u009c\u0090x\u009c\u0085',
  'bidi overrides and isolates': '\u202egnp.exe\u2066x\u2069\u200e\u200f\u061c',
  'characters of no width': 'a\u200bb\u200c\u2060\ufeff\u00ad',
  'tags nobody sees': '\u{e0041}\u{e007f}',
  'a carriage return': 'safe\rdone  msg-001',
  backspaces: 'rm\b\bls',
  bells: '\u0007\u0007',
  'NUL and DEL': '\u0000\u007f',
  'separators of lines': 'a\u2028b\u2029c',
};

/** All of them in one text, of two lines, the second like one of ours. */
export const EVERY_ESCAPE = `${Object.values(ESCAPES).join(' ')}\nmsg-999  INFO  high  PENDING`;

/** What may not reach a terminal; newlines and tabs may. */
export const OBEYED =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

/** Names that lead elsewhere, mean something to a shell, a file system or JavaScript, or are an option. */
export const NAMES: string[] = [
  '../x',
  '../../etc/passwd',
  '/tmp/x',
  '/etc/passwd',
  '..\\x',
  'C:\\x',
  '\\\\host\\share',
  '.',
  '..',
  '',
  ' ',
  'a/b',
  'a\u0000b',
  'a\nb',
  'a\r\nb',
  'con',
  'NUL',
  'aux.md',
  'com1',
  'lpt9',
  'a'.repeat(65),
  'a'.repeat(5000),
  'Claude',
  'CLAUDE',
  'cl\u0430ude',
  'claude\u200b',
  'ſtatus',
  'K\u212a',
  '-rf',
  '--as=gpt',
  '--output=pwned',
  '--',
  '-',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'all',
  'broadcast',
  '*',
  '~',
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned',
  '%s%n',
  '\u001b[2J',
  'e\u0301'.repeat(40),
];

/** Markdown that could end a message, begin another one, or move it to another section. */
export const MARKDOWN: string[] = [
  '```',
  '````',
  '``````````',
  '~~~',
  '```json',
  '\n```\n',
  '\n```\n\n### Message: msg-666\n\n```json\n{"id":"msg-666"}\n```\n',
  '\n### Message: msg-666\n',
  '\n## Archived Messages\n',
  '\n## Active Messages\n',
  '\n## Templates\n',
  '\n## Message Templates\n\n### Message: msg-XXX\n',
  '\n---\n',
  '\n***\n',
  '<!--',
  '-->',
  '<!-- comms -->',
  '\n<<<<<<< ours\n=======\n>>>>>>> theirs\n',
  '\n||||||| base\n',
  '(No archived messages yet)',
  '\n    ```\n',
  '> ```',
  '\r\n```\r\n## Archived Messages\r\n',
  '\u2028```\u2028## Archived Messages\u2028',
  '\u0085## Archived Messages\u0085',
  '\ufeff# Inbox',
  '\\u0060\\u0060\\u0060',
  '\ud800',
  '$&$1$`',
];

/** What a shell, or a format string, would run or put in. */
export const SHELL: string[] = [
  '$(touch pwned)',
  '`touch pwned`',
  '; touch pwned;',
  '| touch pwned',
  '&& touch pwned',
  '\ntouch pwned\n',
  '"; touch pwned; "',
  "'; touch pwned; '",
  '$' + '{IFS}touch$' + '{IFS}pwned',
  '%s%n%x',
  '\\"; touch pwned #',
  '() { :;}; touch pwned',
  '-rf',
  '--help',
  'x\u0000PATH=/tmp',
  'x\nLD_PRELOAD=/tmp/x.so',
  '!!',
  '> pwned',
];

/** Keys that objects of JavaScript have already. */
export const KEYS: string[] = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];

/** An object with such keys, as JSON.parse makes it: each is a member of its own. */
export function withInheritedKeys(value: unknown = { polluted: true }): Record<string, unknown> {
  return JSON.parse(`{${KEYS.map((key) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',')}}`);
}

/** The members of Object.prototype, which nothing may add to. */
export function prototypeNow(): string[] {
  return [...Object.getOwnPropertyNames(Object.prototype), ...Object.getOwnPropertyNames(Array.prototype)].sort();
}
