import { describe, expect, it } from 'vitest';
import {
  appendMessage,
  blocksOf,
  emptyInbox,
  insertionOffset,
  parseInbox,
  problemsOf,
  renderAppended,
  renderInbox,
} from '../../src/inbox/inbox.ts';
import { fixture, fixtureNames } from './fixtures.ts';
import { blockText, messageOf } from './message.ts';

const appended = (text: string, section?: 'active' | 'archived') =>
  renderInbox(
    appendMessage(parseInbox(Buffer.from(text)), messageOf('msg-050', { status: section ? 'COMPLETED' : 'PENDING' }), section),
  ).toString();
/** A file with the block's text cut out of it, so that its place shows. */
const placeOf = (text: string, section?: 'active' | 'archived') =>
  appended(text, section).replace(blockText('msg-050', { status: section ? 'COMPLETED' : 'PENDING' }), 'HERE\n');

describe('where a new message goes', () => {
  const cases: [name: string, before: string, after: string][] = [
    ['an empty file', '', 'HERE\n'],
    ['a file of blank lines', '\n\n', 'HERE\n\n\n'],
    ['only a title', '# Inbox', '# Inbox\n\nHERE\n'],
    ['text without a final line break', 'Hi', 'Hi\n\nHERE\n'],
    ['white space at the end', 'Hi\n  \n\n', 'Hi\n\nHERE\n  \n\n'],
    ['no archive', '## Active Messages\n', '## Active Messages\n\nHERE\n'],
    ['before the rule and the archive', '## Active\n\n---\n\n## Archived\n', '## Active\n\nHERE\n\n---\n\n## Archived\n'],
    ['before other rules', '## Active\n\n(None)\n\n* * *\n\n## Archived\n', '## Active\n\n(None)\n\nHERE\n\n* * *\n\n## Archived\n'],
    ['an underline is no rule', '## Active\n\nHi\n---\n\n## Archived\n', '## Active\n\nHi\n---\n\nHERE\n\n## Archived\n'],
    ['a rule that no heading follows', '## Active\n\n---\n', '## Active\n\n---\n\nHERE\n'],
    ['no blank line before the archive', '## Active\n## Archived\n', '## Active\n\nHERE\n\n## Archived\n'],
    ['before notes', '## Active\n\nHi\n\n## Notes\n\nText\n', '## Active\n\nHi\n\nHERE\n\n## Notes\n\nText\n'],
    ['behind deeper headings', '## Active\n\n### Today\n\nHi\n\n## Archived\n', '## Active\n\n### Today\n\nHi\n\nHERE\n\n## Archived\n'],
    ['the archive comes first', '## Archived\n\nOld\n\n## Active\n\nNew\n', '## Archived\n\nOld\n\n## Active\n\nNew\n\nHERE\n'],
    [
      'templates first',
      '# Inbox\n\n## Templates\n\nT\n\n## Messages\n\n## Archive\n',
      '# Inbox\n\n## Templates\n\nT\n\n## Messages\n\nHERE\n\n## Archive\n',
    ],
    ['only an archive', '## Archived\n', '## Active Messages\n\nHERE\n\n## Archived\n'],
    ['only templates', '# Templates\n\nT\n', '## Active Messages\n\nHERE\n\n# Templates\n\nT\n'],
    ['a title and templates', '# Inbox\n\nHi\n\n## Templates\n\nT\n', '# Inbox\n\nHi\n\n## Active Messages\n\nHERE\n\n## Templates\n\nT\n'],
    ['an archive file', '# Archive of claude\n\nText.\n', '# Archive of claude\n\nText.\n\nHERE\n'],
    ['a script with "## " in it', '## Active\n\n```sh\n## x\nls\n```\n', '## Active\n\n```sh\n## x\nls\n```\n\nHERE\n'],
    ['a fence that is not closed', '## Active\n\n```\nls\n\n## Archived\n', '## Active\n\n```\nls\n\nHERE\n\n## Archived\n'],
  ];
  it.each(cases)('%s', (_, before, after) => {
    expect(placeOf(before)).toBe(after);
    expect(appended(before.replaceAll('\n', '\r\n'))).toBe(appended(before).replaceAll('\n', before.includes('\n') ? '\r\n' : '\n'));
  });

  it.each(fixtureNames)('%s: one insertion, and the message is active', (name) => {
    const before = fixture(name);
    const doc = parseInbox(before);
    const after = renderInbox(appendMessage(doc, messageOf('msg-050')));
    const offset = insertionOffset(doc);
    expect(after.subarray(0, offset).equals(before.subarray(0, offset))).toBe(true);
    expect(after.subarray(offset + after.length - before.length).equals(before.subarray(offset))).toBe(true);
    const block = blocksOf(parseInbox(after)).find(({ id }) => id === 'msg-050');
    expect(block).toMatchObject({ kind: 'message', section: 'active', place: 'active', open: false, message: messageOf('msg-050') });
    expect(blocksOf(parseInbox(after)).length).toBe(blocksOf(doc).length + 1);
  });

  it('behind a byte order mark', () => expect(placeOf('\ufeff')).toBe('\ufeffHERE\n'));
});

describe('an archived message', () => {
  const cases: [name: string, before: string, after: string][] = [
    ['at the end of the archive', '## Active\n\n## Archived\n\nOld\n', '## Active\n\n## Archived\n\nOld\n\nHERE\n'],
    ['before what follows the archive', '## Archived\n\nOld\n\n---\n\n## Notes\n', '## Archived\n\nOld\n\nHERE\n\n---\n\n## Notes\n'],
    ['no archive yet', '## Active\n\nHi\n', '## Active\n\nHi\n\n---\n\n## Archived Messages\n\nHERE\n'],
    ['behind templates that ended', '# Templates\n\n# Active\n', '# Templates\n\n# Active\n\n---\n\n## Archived Messages\n\nHERE\n'],
    ['behind templates of the first level', '# Templates\n', '# Templates\n\n---\n\n# Archived Messages\n\nHERE\n'],
    ['an empty file', '', '---\n\n## Archived Messages\n\nHERE\n'],
  ];
  it.each(cases)('%s', (_, before, after) => {
    expect(placeOf(before, 'archived')).toBe(after);
    expect(blocksOf(parseInbox(Buffer.from(appended(before, 'archived'))))).toMatchObject([{ section: 'archived' }]);
  });
});

describe('the appended block', () => {
  it('is what a second reading finds, with its line', () => {
    let doc = parseInbox(Buffer.from(emptyInbox('claude')));
    for (const id of ['msg-001', 'msg-002', 'msg-003']) doc = appendMessage(doc, messageOf(id, { subject: 'größer' }));
    doc = appendMessage(doc, messageOf('msg-000', { status: 'COMPLETED' }), 'archived');
    expect(blocksOf(doc)).toEqual(blocksOf(parseInbox(renderInbox(doc))));
    expect(problemsOf(doc)).toEqual([]);
  });

  it.each(['```', '\n```\n## Archived\n', '\r\n~~~', '<<<<<<< HEAD', '\ud800', '\u0000\u001b[31m', '\u2028### x', '## Templates'])(
    'no text of a message begins a line: %j',
    (nasty) => {
      const message = messageOf('msg-001', {
        subject: nasty,
        content: { details: `${nasty}\n${nasty}`, context: { [nasty]: nasty }, attachments: [] },
      });
      const bytes = renderInbox(appendMessage(parseInbox(Buffer.from(emptyInbox('claude'))), message));
      const doc = parseInbox(bytes);
      expect(blocksOf(doc).map((block) => block.message)).toEqual([message]);
      expect(problemsOf(doc)).toEqual([]);
    },
  );

  it.each(['a\nb', 'a\n## Templates', 'template', '## Archive', '\u0000', 'x'.repeat(500)])(
    'an id of people fits into the heading: %j',
    (id) => {
      const doc = parseInbox(renderInbox(appendMessage(parseInbox(Buffer.from('## Active\n')), messageOf(id))));
      expect(blocksOf(doc)).toMatchObject([{ kind: 'message', id, section: 'active' }]);
    },
  );

  it('keeps a member named __proto__', () => {
    const message = JSON.parse('{"id":"msg-001","type":"INFO","__proto__":{"x":1}}');
    const doc = appendMessage(parseInbox(Buffer.from('')), message);
    expect(blocksOf(doc)[0]?.json).toContain('"__proto__": {');
  });
});

describe('renderAppended', () => {
  it.each(fixtureNames.filter((name) => !name.endsWith('-only.md')))('%s: spliced in, the bytes are those of appendMessage', (name) => {
    const base = fixture(name);
    const doc = parseInbox(base);
    let [at, parts] = [insertionOffset(doc), [] as Buffer[]];
    let edited = doc;
    for (const id of ['msg-050', 'msg-051']) {
      const before = parts.at(-1) ?? base.subarray(Math.max(0, at - 4), at);
      parts = [...parts, renderAppended(messageOf(id), { before, after: base.subarray(at, at + 4), eol: doc.eol })];
      edited = appendMessage(edited, messageOf(id));
    }
    const spliced = Buffer.concat([base.subarray(0, at), ...parts, base.subarray(at)]);
    at = 0;
    expect(spliced.toString('latin1')).toBe(renderInbox(edited).toString('latin1'));
  });

  it('takes the line break from what precedes', () => {
    expect(renderAppended(messageOf('msg-001'), { before: Buffer.from('x\r\n') }).toString()).toMatch(/^\r\n### Message: msg-001\r\n\r\n/);
    expect(renderAppended(messageOf('msg-001'), { before: Buffer.alloc(0) }).toString()).toMatch(/^### Message: msg-001\n\n/);
  });
});

describe('emptyInbox', () => {
  it('is what DESIGN §3 shows', () => {
    expect(emptyInbox('claude')).toBe(
      '# Claude Inbox\n\nMessages for claude to process.\n\n---\n\n## Active Messages\n\n---\n\n## Archived Messages\n',
    );
  });
  it.each([
    ['gpt', '# GPT Inbox'],
    ['frontend-dev_2', '# Frontend Dev 2 Inbox'],
  ])('%s', (agent, title) => expect(emptyInbox(agent).split('\n')[0]).toBe(title));
});
