/** Where a text stops being JSON. Line and column are 1-based; columns count UTF-16 units. */
export interface SyntaxProblem {
  line: number;
  column: number;
  /** What was there: a token, or `the end of the file`. */
  found: string;
  expected: string;
}

const TOKEN =
  /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.]))/y;

type Expecting =
  | 'a value'
  | 'a value or "]"'
  | 'a name in double quotes'
  | 'a name in double quotes or "}"'
  | '":"'
  | '","'
  | 'the end of the file';

/**
 * The first place at which a text is not JSON; undefined where it is. Node's own message names the place in some cases
 * only, and in other words from version to version.
 */
export function findSyntaxProblem(text: string): SyntaxProblem | undefined {
  const stack: ('{' | '[')[] = [];
  let expecting: Expecting = 'a value';
  let at = 0;
  const afterValue = (): Expecting => (stack.length === 0 ? 'the end of the file' : '","');
  for (;;) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    const [whole = '', mark, string, literal] = match ?? [];
    const next = nextState({ expecting, mark, string, literal, stack, afterValue });
    if (next === undefined) {
      const start = at + (/^\s*/.exec(text.slice(at))?.[0].length ?? 0);
      if (start === text.length && expecting === 'the end of the file') return undefined;
      return { ...placeOf(text, start), found: foundAt(text, start), expected: inWords(expecting, stack) };
    }
    expecting = next;
    at += whole.length;
  }
}

interface Step {
  expecting: Expecting;
  mark: string | undefined;
  string: string | undefined;
  literal: string | undefined;
  stack: ('{' | '[')[];
  afterValue: () => Expecting;
}

/** What may follow a token; undefined where the token may not stand here. */
function nextState({ expecting, mark, string, literal, stack, afterValue }: Step): Expecting | undefined {
  const close = (): Expecting => {
    stack.pop();
    return afterValue();
  };
  if (expecting.startsWith('a value')) {
    if (string !== undefined || literal !== undefined) return afterValue();
    if (mark === ']' && expecting === 'a value or "]"') return close();
    if (mark !== '{' && mark !== '[') return undefined;
    stack.push(mark);
    return mark === '{' ? 'a name in double quotes or "}"' : 'a value or "]"';
  }
  if (expecting.startsWith('a name')) {
    if (string !== undefined) return '":"';
    return mark === '}' && expecting === 'a name in double quotes or "}"' ? close() : undefined;
  }
  if (expecting === '":"') return mark === ':' ? 'a value' : undefined;
  if (expecting !== '","') return undefined;
  const top = stack.at(-1);
  if (mark === ',') return top === '{' ? 'a name in double quotes' : 'a value';
  return mark === (top === '{' ? '}' : ']') ? close() : undefined;
}

function inWords(expecting: Expecting, stack: readonly string[]): string {
  if (expecting !== '","') return expecting;
  return stack.at(-1) === '{' ? '"," or "}"' : '"," or "]"';
}

function foundAt(text: string, start: number): string {
  if (start >= text.length) return 'the end of the file';
  const token = /^(?:[\w.+-]+|"[^"\n]{0,20}"?|[^\s])/u.exec(text.slice(start, start + 40))?.[0] ?? '';
  if (token.startsWith('"')) return /."$/.test(token) ? token : 'a text that does not end on its line';
  return JSON.stringify(token.slice(0, 24));
}

function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
