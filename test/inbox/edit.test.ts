import { describe, expect, it } from 'vitest';
import {
  appendMessage,
  type Block,
  blocksOf,
  type InboxDocument,
  moveToArchived,
  parseInbox,
  problemsOf,
  removeMessage,
  renderInbox,
  updateMessage,
} from '../../src/inbox/inbox.ts';
import { fixture } from './fixtures.ts';
import { blockText, messageOf } from './message.ts';

const parse = (text: string) => parseInbox(Buffer.from(text));
const blockOf = (doc: InboxDocument, id: string): Block => {
  const block = blocksOf(doc).find((candidate) => candidate.id === id);
  if (!block) throw new Error(`No ${id}`);
  return block;
};
const A = blockText('a-1');
const B = blockText('a-2');

describe('updateMessage', () => {
  it('changes the status and nothing else, whatever the file looks like', () => {
    const before = fixture('written-by-a-person.md').toString();
    const doc = parse(before);
    const block = blockOf(doc, 'msg-010');
    const after = renderInbox(updateMessage(doc, block, { ...block.message, status: 'COMPLETED' })).toString();
    expect(after).toBe(before.replace('"status": "PENDING"', '"status": "COMPLETED"'));
  });

  it("uses the block's own line breaks and characters", () => {
    const before = fixture('crlf.md').toString();
    const doc = parse(before);
    const block = blockOf(doc, 'msg-002');
    const after = updateMessage(doc, block, { ...block.message, subject: 'ẞ', delivery: { attempts: 1 } });
    expect(renderInbox(after).toString()).toBe(
      before
        .replace('"About msg-002"', '"ẞ"')
        .replace(/("details": "größer".*?"requires_response": false)/s, '$1,\r\n  "delivery": {\r\n    "attempts": 1\r\n  }'),
    );
    expect(blocksOf(after)).toEqual(blocksOf(parseInbox(renderInbox(after))));
  });

  it('says what a block is after its status changed', () => {
    const doc = parse(`## Archived\n\n${A}`);
    const block = blockOf(doc, 'a-1');
    expect(block.section).toBe('active');
    expect(blocksOf(updateMessage(doc, block, messageOf('a-1', { status: 'COMPLETED' })))[0]?.section).toBe('archived');
  });

  it('closes no fence that people left open', () => {
    const before = fixture('open-fences.md').toString();
    const doc = parse(before);
    const after = updateMessage(doc, blockOf(doc, 'msg-003'), messageOf('msg-003', { subject: 'New' }));
    expect(renderInbox(after).toString()).toBe(before.replace('"About msg-003"', '"New"').replace('Details of msg-003', 'Text.'));
  });

  it('many edits of one reading', () => {
    let doc = parse(A + B);
    for (const block of blocksOf(doc)) doc = updateMessage(doc, block, { ...block.message, status: 'BLOCKED' });
    expect(renderInbox(doc).toString()).toBe((A + B).replaceAll('PENDING', 'BLOCKED'));
  });

  it('refuses a block that cannot be understood, or is not there any more', () => {
    const doc = parse(`\`\`\`json\n{ oops\n\`\`\`\n${A}`);
    const [broken, block] = blocksOf(doc) as [Block, Block];
    expect(() => updateMessage(doc, broken, {})).toThrow('broken');
    const edited = updateMessage(doc, block, { ...block.message, status: 'BLOCKED' });
    expect(() => updateMessage(edited, block, {})).toThrow('not in the document');
  });
});

describe('removeMessage', () => {
  const cases: [name: string, before: string, after: string][] = [
    ['between two blank lines', `Hi\n\n${A}\nBye\n`, 'Hi\n\nBye\n'],
    ['at the end', `Hi\n\n${A}`, 'Hi\n'],
    ['at the end, with blank lines behind', `Hi\n\n${A}\n\n`, 'Hi\n\n'],
    ['at the start', `${A}\n\nHi\n`, 'Hi\n'],
    ['the whole file', A, ''],
    ['text right above', `Hi\n${A}\nBye\n`, 'Hi\n\nBye\n'],
    ['text right below', `Hi\n\n${A}Bye\n`, 'Hi\n\nBye\n'],
    ['between two messages', `${B}\n${A}\n${blockText('a-3')}`, `${B}\n${blockText('a-3')}`],
    ['no final line break', `Hi\n\n${A.slice(0, -1)}`, 'Hi\n'],
    ['section titles stay', `## Active Messages\n\n${A.replace(/^###.*\n\n/, '')}\n---\n`, '## Active Messages\n\n---\n'],
    ['a heading of people goes with it', `## 3. a-1: red build\n${A.replace(/^###.*\n\n/, '')}`, ''],
    ['a title of several stays', `### Bugs\n\n${A.replace(/^###.*\n\n/, '')}\n${B}`, `### Bugs\n\n${B}`],
    ['windows line breaks', `Hi\r\n\r\n${A.replaceAll('\n', '\r\n')}\r\nBye\r\n`, 'Hi\r\n\r\nBye\r\n'],
  ];
  it.each(cases)('%s', (_, before, after) => {
    const doc = parse(before);
    expect(renderInbox(removeMessage(doc, blockOf(doc, 'a-1'))).toString()).toBe(after);
  });

  it('all of them, one by one', () => {
    let doc = parse(`# Inbox\n\n## Active\n\n${A}\n${B}\n---\n\n## Archived\n`);
    for (const block of blocksOf(doc)) doc = removeMessage(doc, block);
    expect(renderInbox(doc).toString()).toBe('# Inbox\n\n## Active\n\n---\n\n## Archived\n');
  });
});

describe('after a removal', () => {
  it.each([
    ['the last of the file', `Hi\n\n${A}\n`, `Hi\n\n${B}`],
    ['the last before the archive', `## Active\n\n${A}\n---\n\n## Archived\n`, `## Active\n\n${B}\n---\n\n## Archived\n`],
  ])('the next message takes the place: %s', (_, before, after) => {
    const doc = parse(before);
    expect(renderInbox(appendMessage(removeMessage(doc, blockOf(doc, 'a-1')), messageOf('a-2'))).toString()).toBe(after);
  });
});

describe('moveToArchived', () => {
  const done = (id: string) => messageOf(id, { status: 'COMPLETED' });
  const archived = (before: string, id = 'a-1') => {
    const doc = parse(before);
    return renderInbox(moveToArchived(doc, blockOf(doc, id), done(id))).toString();
  };
  const D = A.replace('PENDING', 'COMPLETED');

  it.each([
    [
      'to the end of the archive',
      `## Active\n\n${A}\n${B}\n---\n\n## Archived\n\n(Old)\n`,
      `## Active\n\n${B}\n---\n\n## Archived\n\n(Old)\n\n${D}`,
    ],
    ['makes an archive', `## Active\n\n${A}`, `## Active\n\n---\n\n## Archived Messages\n\n${D}`],
    ['ends the last line', `## Archived\n## Active\n${A.slice(0, -1)}`, `## Archived\n\n${D}\n## Active\n`],
    ['closes an open fence', `## Active\n\n${A.slice(0, -4)}\n## Archived\n`, `## Active\n\n## Archived\n\n${D}`],
    ['closes a fence behind the JSON', `## Active\n\n${A.slice(0, -5)}\`\`\`\n\n## Archived\n`, `## Active\n\n## Archived\n\n${D}`],
  ])('%s', (_, before, after) => expect(archived(before)).toBe(after));

  it('keeps the bytes of the block', () => {
    const before = fixture('written-by-a-person.md').toString();
    const doc = parse(before);
    const block = blockOf(doc, 'msg-011');
    const after = moveToArchived(doc, block);
    expect(renderInbox(after).toString()).toContain(`(nothing so far)\n\n${block.raw}\n## Notes`);
    expect(blockOf(after, 'msg-011').section).toBe('archived');
  });

  it('finds the archive its place where an open fence had hidden templates', () => {
    const doc = parse(`## Active\n\n${A.slice(0, -4)}\n# Message Templates\n\nAs follows.\n`);
    const again = parseInbox(renderInbox(moveToArchived(doc, blockOf(doc, 'a-1'), done('a-1'))));
    expect(blockOf(again, 'a-1').section).toBe('archived');
  });

  it('the document goes on as if it had been read again', () => {
    let doc = parse(`## Active\n\n${A}\n${B}`);
    for (const id of ['a-1', 'a-2']) doc = moveToArchived(doc, blockOf(doc, id), done(id));
    const again = parseInbox(renderInbox(doc));
    // The line is where a block stood when it was read or put in.
    const withoutLine = (block: Block) => ({ ...block, line: 0 });
    expect(blocksOf(doc).map(withoutLine)).toEqual(blocksOf(again).map(withoutLine));
    expect(problemsOf(again)).toEqual([]);
  });
});
