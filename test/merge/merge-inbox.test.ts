import { describe, expect, test } from 'vitest';
import { add, archive, change, EMPTY, edited, merge, numbered, statesIn, take } from './files.ts';

const ONE = edited(EMPTY, add(numbered(1)));
const claimed = (at: string, by = 'gpt') => ({ status: 'IN_PROGRESS', delivery: { attempts: 1, claimed_by: by, claimed_at: at } });
const done = { status: 'COMPLETED', delivery: { completed_at: '2026-01-17T13:00:00.000Z' } };
const [EARLY, LATE] = ['2026-01-17T12:30:00.000Z', '2026-01-17T12:40:00.000Z'];

type Edit = Parameters<typeof edited>[1];

/** What both sides did to an inbox with msg-001, and what is there afterwards, in either direction. */
const CASES: [what: string, ours: Edit[], theirs: Edit[], states: string[]][] = [
  ['nobody did anything', [], [], ['msg-001 PENDING']],
  ['both sent', [add(numbered(3))], [add(numbered(2))], ['msg-001 PENDING', 'msg-002 PENDING', 'msg-003 PENDING']],
  [
    'both sent several',
    [add(numbered(3)), add(numbered(5))],
    [add(numbered(2)), add(numbered(4))],
    [1, 2, 3, 4, 5].map((n) => `msg-00${n} PENDING`),
  ],
  ['both got the same', [add(numbered(2))], [add(numbered(2))], ['msg-001 PENDING', 'msg-002 PENDING']],
  ['one claimed', [change('msg-001', claimed(EARLY))], [], ['msg-001 IN_PROGRESS']],
  ['one claimed, the other sent', [change('msg-001', claimed(EARLY))], [add(numbered(2))], ['msg-001 IN_PROGRESS', 'msg-002 PENDING']],
  ['one claimed, the other finished', [change('msg-001', claimed(EARLY))], [change('msg-001', done)], ['msg-001 COMPLETED']],
  ['one blocked, the other claimed', [change('msg-001', { status: 'BLOCKED' })], [change('msg-001', claimed(EARLY))], ['msg-001 BLOCKED']],
  ['one archived, the other finished', [archive('msg-001')], [change('msg-001', done)], ['msg-001 COMPLETED archived']],
  ['one archived', [archive('msg-001')], [add(numbered(2))], ['msg-002 PENDING', 'msg-001 COMPLETED archived']],
  ['one moved it away', [take('msg-001')], [add(numbered(2))], ['msg-002 PENDING']],
  ['one moved it away, the other finished', [take('msg-001')], [change('msg-001', done)], ['msg-001 COMPLETED']],
  ['both moved it away', [take('msg-001')], [take('msg-001')], []],
  [
    'both archived what they had sent',
    [add(numbered(3)), archive('msg-003')],
    [add(numbered(2)), archive('msg-002')],
    ['msg-001 PENDING', 'msg-002 COMPLETED archived', 'msg-003 COMPLETED archived'],
  ],
];

describe('in both directions', () => {
  test.each(CASES)('%s', (_, ours, theirs, states) => {
    const [one, other] = [edited(ONE, ...ours), edited(ONE, ...theirs)];
    const [there, back] = [merge(ONE, one, other), merge(ONE, other, one)];
    expect(statesIn(there?.text)).toEqual(states);
    expect(back?.text).toBe(there?.text);
    expect(there?.conflict).toBe(false);
  });
});

test('of two holders the earlier claim stands', () => {
  const one = edited(ONE, change('msg-001', claimed(LATE, 'gpt')));
  const other = edited(ONE, change('msg-001', claimed(EARLY, 'gemini')));
  expect(merge(ONE, one, other)?.text).toBe(other);
  expect(merge(ONE, other, one)?.text).toBe(other);
});

test('what was given back on one side is not claimed', () => {
  const base = edited(ONE, change('msg-001', claimed(EARLY)));
  expect(merge(base, base, ONE)?.text).toBe(ONE);
  expect(merge(base, ONE, base)?.text).toBe(ONE);
});

test('a changed priority and a changed state both stand', () => {
  const merged = merge(ONE, edited(ONE, change('msg-001', { priority: 'high' })), edited(ONE, change('msg-001', done)));
  expect(merged?.text).toBe(edited(ONE, change('msg-001', { priority: 'high' }), change('msg-001', done)));
});

test('bytes that nobody touched stay, those of hand-written messages too', () => {
  const odd = ONE.replace('"priority": "medium"', '"priority":   "medium",\n    "mood":1.50').replace(
    'Messages for gpt',
    '*Messages*   for gpt',
  );
  const merged = merge(odd, edited(odd, add(numbered(3))), edited(odd, add(numbered(2))));
  expect(merged?.text).toBe(edited(odd, add(numbered(2)), add(numbered(3))));
  const byHand = edited(EMPTY, add(numbered(2))).replace('"priority": "medium"', '"priority" : "medium", "mood":1.50');
  expect(merge(EMPTY, EMPTY, byHand)?.text).toBe(byHand);
});

test('line breaks and byte order mark are those of ours', () => {
  const crlf = (text: string) => `\ufeff${text.replaceAll('\n', '\r\n')}`;
  const merged = merge(ONE, crlf(ONE), edited(ONE, add(numbered(2)), change('msg-001', done)));
  expect(merged?.text).toBe(crlf(edited(ONE, add(numbered(2)), change('msg-001', done))));
  expect(merge(ONE, edited(ONE, add(numbered(2))), crlf(ONE))?.text).toBe(edited(ONE, add(numbered(2))));
});

describe('a message without a uid', () => {
  const { uid: _, ...plain } = numbered(2);
  const byHand = edited(EMPTY, add({ ...plain, id: '' }));

  const given = (more: Record<string, unknown>) => edited(EMPTY, add({ ...plain, id: '', ...more }));

  test('is known again when one side gave it an id, a uid, or changed what it says', () => {
    expect(merge(byHand, given({ id: 'msg-002' }), given(done))?.text).toBe(given({ id: 'msg-002', ...done }));
    expect(statesIn(merge(byHand, given(done), given({ id: 'msg-002', uid: 'fresh' }))?.text)).toEqual(['msg-002 COMPLETED']);
    const named = given({ id: 'msg-002' });
    expect(statesIn(merge(named, given({ id: 'msg-002', subject: 'Better' }), given({ id: 'msg-002', ...done }))?.text)).toEqual([
      'msg-002 COMPLETED',
    ]);
  });
});

describe('broken blocks', () => {
  const broken = '### Message: msg-009\n\n```json\n{"id": "msg-009", "sender": \n```\n';
  const withBroken = ONE.replace('\n---\n\n## Archived', `\n${broken}\n---\n\n## Archived`);

  test('stay as they are, in both or in one', () => {
    expect(merge(withBroken, edited(withBroken, add(numbered(2))), edited(withBroken, add(numbered(3))))?.text).toContain(broken);
    expect(merge(ONE, withBroken, edited(ONE, add(numbered(2))))?.text).toContain(broken);
    const merged = merge(ONE, edited(ONE, add(numbered(2))), withBroken);
    expect(merged?.text).toContain(broken);
    expect(statesIn(merged?.text)).toEqual(['msg-001 PENDING', 'msg-002 PENDING', 'msg-009 broken']);
  });

  test('stay once where both sides have the same', () => {
    expect(statesIn(merge(ONE, withBroken, withBroken)?.text)).toEqual(['msg-001 PENDING', 'msg-009 broken']);
  });

  test('do not swallow what follows when their fence is open', () => {
    const open = ONE.replace('\n---\n\n## Archived', `\n${broken.replace(/```\n$/, '')}\n---\n\n## Archived`);
    const merged = merge(ONE, edited(ONE, add(numbered(2))), open);
    expect(statesIn(merged?.text)).toEqual(['msg-001 PENDING', 'msg-002 PENDING', 'msg-009 broken']);
  });
});

describe('prose', () => {
  const said = (text: string) => ONE.replace('Messages for gpt to process.', text);

  test('one side changed it', () => {
    const merged = merge(ONE, edited(ONE, add(numbered(2))), said('Read this first.\n\nThen that.'));
    expect(merged).toEqual({ text: edited(said('Read this first.\n\nThen that.'), add(numbered(2))), conflict: false });
    expect(merge(ONE, said('Read this first.'), edited(ONE, add(numbered(2))))?.text).toBe(
      edited(said('Read this first.'), add(numbered(2))),
    );
  });

  test('both changed different places, or the same one to the same', () => {
    const footer = (text: string) => `${text}\n## Notes\n\nMine.\n`;
    expect(merge(ONE, footer(ONE), said('Read this.'))).toEqual({ text: footer(said('Read this.')), conflict: false });
    expect(merge(ONE, said('Read this.'), footer(ONE))).toEqual({ text: footer(said('Read this.')), conflict: false });
    expect(merge(ONE, said('Read this.'), edited(said('Read this.'), add(numbered(2))))?.text).toBe(
      edited(said('Read this.'), add(numbered(2))),
    );
  });

  test('both changed one place: both stay between markers, and the messages are merged', () => {
    const merged = merge(ONE, edited(said('Read this.'), add(numbered(3))), edited(said('Read that.'), add(numbered(2))));
    expect(merged?.conflict).toBe(true);
    expect(merged?.text).toContain('<<<<<<< ours\nRead this.\n=======\nRead that.\n>>>>>>> theirs\n');
    expect(statesIn(merged?.text)).toEqual(['msg-001 PENDING', 'msg-002 PENDING', 'msg-003 PENDING']);
  });

  test('headings that would put messages elsewhere are left to an ordinary merge', () => {
    const elsewhere = ONE.replace('## Active Messages', '## Archived long ago');
    expect(merge(ONE, edited(ONE, add(numbered(2))), elsewhere)).toBeUndefined();
  });
});

describe('files of several inboxes', () => {
  const LETTERS = '# Dead Letters\n\nMessages that failed too often or were not taken in time.\n';
  const dead = (n: number, recipient: string) => add(numbered(n, { recipient, delivery: { dead_at: EARLY, dead_reason: 'failed' } }));

  test('copies of one message stay apart by their recipients', () => {
    const merged = merge(LETTERS, edited(LETTERS, dead(1, 'gpt')), edited(LETTERS, dead(1, 'gemini')), 'dead');
    expect(statesIn(merged?.text)).toEqual(['msg-001 PENDING', 'msg-001 PENDING']);
  });

  test('both began the file', () => {
    const merged = merge('', edited(LETTERS, dead(2, 'gpt')), edited(LETTERS, dead(1, 'gpt')), 'dead');
    expect(merged).toEqual({ text: edited(LETTERS, dead(1, 'gpt'), dead(2, 'gpt')), conflict: false });
    expect(merge('', edited('# Archive of gpt\n', add(numbered(2))), edited('# Archive of gpt\n', add(numbered(1))), 'archive')?.text).toBe(
      edited('# Archive of gpt\n', add(numbered(1)), add(numbered(2))),
    );
  });
});
