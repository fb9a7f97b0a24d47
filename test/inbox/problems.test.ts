import { describe, expect, it } from 'vitest';
import { type Block, parseInbox, problemsOf } from '../../src/inbox/inbox.ts';
import { blockText, messageOf } from './message.ts';

const problems = (text: string) =>
  problemsOf(parseInbox(Buffer.from(text))).map(({ severity, code, line }) => `${severity} ${code} ${line}`);
const under = (heading: string, id: string) => `${heading}\n\n\`\`\`json\n${JSON.stringify(messageOf(id))}\n\`\`\`\n`;

describe('problemsOf', () => {
  it.each([
    ['a clean file', blockText('msg-001'), []],
    ['a heading with another id', under('### Message: msg-002', 'msg-001'), ['warning HEADING_ID 3']],
    ['a heading that names both', under('### Message: follow-up-2 of msg-001', 'msg-001'), []],
    ['an empty id', under('### Message', ''), ['error MISSING_ID 3']],
    ['an empty block', '```json\n\n```\n', ['error BAD_JSON 2']],
    ['white space that JSON does not know', '```json\n{\u00a0"id": "a-1", "type": "X" }\n```\n', ['error BAD_JSON 2']],
    ['a trailing comma', '```json\n{ "id": "a-1", "type": "X", }\n```\n', ['error BAD_JSON 2']],
    ['a fence on the last line', 'Hi\n```json', ['error OPEN_FENCE 2']],
    ['an underlined title', 'Title\n=======\n', []],
    ['markers in a line', 'a <<<<<<< b\n  <<<<<<< c\n<<<<<<<<\n', []],
    ['markers of diff3', '<<<<<<< a\n||||||| b\n=======\n>>>>>>> c\n', [1, 2, 3, 4].map((line) => `error CONFLICT_MARKERS ${line}`)],
    ['ordered by line', `\`\`\`json\n{ oops\n\`\`\`\n<<<<<<< a\n`, ['error BAD_JSON 2', 'error CONFLICT_MARKERS 4']],
  ])('%s', (_, text, expected) => expect(problems(text)).toEqual(expected));

  it('of many messages with one id each is told of, with the first that it is no copy of', () => {
    const copy = (uid: string, recipient: string) =>
      under('### Message', 'msg-001')
        .replace('"id"', `"uid":"${uid}","recipient":"${recipient}","id"`)
        .replace('"recipient":"claude",', '');
    const text = [copy('u', 'a'), copy('u', 'b'), copy('v', 'a'), copy('u', 'c'), copy('u', 'b'), copy('v', 'b')].join('');
    const taken = problemsOf(parseInbox(Buffer.from(text))).filter(({ code }) => code === 'DUPLICATE_ID');
    expect(taken.map(({ line, message }) => `${line}: ${message.slice(-2, -1)}`)).toEqual(['13: 3', '18: 3', '23: 8', '28: 3']);
  });

  it('of many copies and doubles each is compared with a few others only', () => {
    let reads = 0;
    const counting = (block: Block, n: number) => ({
      ...block,
      message: Object.defineProperty({ ...block.message, recipient: n % 3 === 0 ? 'a' : `agent-${n}` }, 'uid', {
        get() {
          reads += 1;
          return 'u';
        },
      }),
    });
    const doc = parseInbox(Buffer.from(under('### Message', 'msg-001').repeat(1000)));
    const segments = doc.segments.map((segment, n) => (segment.kind === 'text' ? segment : counting(segment, n)));
    expect(problemsOf({ ...doc, segments }).length).toBeGreaterThan(300);
    expect(reads).toBeLessThanOrEqual(10_000);
  });

  it('UTF-16, as some shells write it', () => {
    const bytes = Buffer.from(`\ufeff${blockText('msg-001')}`, 'utf16le');
    expect(problemsOf(parseInbox(bytes))).toMatchObject([{ code: 'INVALID_UTF8', line: 1 }]);
  });

  it('text between messages that is not UTF-8, by its line', () => {
    const bytes = Buffer.from(`Hi\n${blockText('msg-001')}\nHi\nna\u00efve\n`, 'latin1');
    expect(problemsOf(parseInbox(bytes))).toMatchObject([{ code: 'INVALID_UTF8', line: breaks(`Hi\n${blockText('msg-001')}\nHi\n`) + 1 }]);
  });
});

function breaks(text: string): number {
  return text.split('\n').length - 1;
}
