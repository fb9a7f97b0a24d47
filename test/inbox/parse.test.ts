import { describe, expect, it } from 'vitest';
import { blocksOf, parseInbox, problemsOf, renderInbox } from '../../src/inbox/inbox.ts';
import { blockText, messageOf } from './message.ts';

const seen = (text: string) => blocksOf(parseInbox(Buffer.from(text))).map(({ id, section }) => `${id} ${section}`);
const json = (id: string, change?: Record<string, unknown>) => JSON.stringify(messageOf(id, change));
const done = { status: 'COMPLETED' };

describe('fences', () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    ['tildes', `~~~json\n${json('a-1')}\n~~~\n`, ['a-1 active']],
    ['more marks than needed', `\`\`\`\`\`json\n${json('a-1')}\n\`\`\`\`\`\`\n`, ['a-1 active']],
    ['three spaces of indentation', `   \`\`\`json\n${json('a-1')}\n   \`\`\`\n`, ['a-1 active']],
    ['four spaces are code', `    \`\`\`json\n${json('a-1')}\n    \`\`\`\n`, []],
    ['capitals and more words', `\`\`\` JSON title="x"\n${json('a-1')}\n\`\`\`  \t\n`, ['a-1 active']],
    ['jsonc with comments', `\`\`\`jsonc\n{"id": "a-1", // no\n"type": "INFO",}\n\`\`\`\n`, ['a-1 active']],
    ['json5 is another language', `\`\`\`json5\n${json('a-1')}\n\`\`\`\n`, []],
    ['no language', `\`\`\`\n${json('a-1')}\n\`\`\`\n`, []],
    ['inline code opens nothing', `\`\`\`a\`\`\` b\n~~~json\n${json('a-1')}\n~~~\n`, ['a-1 active']],
    ['inline code hides no heading', `\`\`\`a\`\`\` b\n# Archived\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['a fence in an open fence of three', `\`\`\`bash\nls\n\`\`\`json\n${json('a-1')}\n\`\`\`\n`, ['a-1 active']],
    ['a fence in a longer fence that closes', `\`\`\`\`\n\`\`\`json\n${json('a-1')}\n\`\`\`\n\`\`\`\`\n`, []],
    ['a fence in a longer fence that does not', `\`\`\`\`\n\`\`\`json\n${json('a-1')}\n\`\`\`\n\n## Next\n\`\`\`\`\n`, ['a-1 active']],
    ['a fence in tildes that close', `~~~\n\`\`\`json\n${json('a-1')}\n\`\`\`\n~~~\n`, []],
    ['a fence in tildes that do not', `~~~\n\`\`\`json\n${json('a-1')}\n\`\`\`\n\n## Next\n~~~\n`, ['a-1 active']],
    [
      'what opens in a fence that closes is forgotten',
      `\`\`\`\`\n~~~x\n\`\`\`\`\n\`\`\`json\n${json('a-1')}\n\`\`\`\n~~~\n`,
      ['a-1 active'],
    ],
    [
      'a heading below the JSON of an open fence',
      `\`\`\`json\n{ "id": "a-1",\n\n#### Message: a-2\n\n~~~json\n${json('a-2')}\n~~~\n`,
      ['a-1 active', 'a-2 active'],
    ],
    ['two open fences', `\`\`\`json\n${json('a-1')}\n\`\`\`json\n${json('a-2')}\n`, ['a-1 active', 'a-2 active']],
    ['an open fence before another language', `\`\`\`json\n${json('a-1')}\n\`\`\`bash\nls\n\`\`\`\n`, ['a-1 active']],
    ['the closing fence behind the JSON', `\`\`\`json\n${json('a-1')}\`\`\`\n\nProse.\n`, ['a-1 active']],
    ['a comment in a script is no heading', `\`\`\`sh\n## Archived\n# Templates\n\`\`\`\n${blockText('a-1', done)}`, ['a-1 active']],
    ['a heading in a fence that is not closed', `\`\`\`sh\nls\n## Archived\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['a no-break space does not close', `\`\`\`json\n${json('a-1')}\n\`\`\`\u00a0\n`, ['a-1 active']],
  ];
  it.each(cases)('%s', (_, text, expected) => {
    expect(renderInbox(parseInbox(Buffer.from(text))).toString()).toBe(text);
    expect(seen(text)).toEqual(expected);
    expect(seen(text.replaceAll('\n', '\r\n'))).toEqual(expected);
  });
});

describe('sections', () => {
  const cases: [name: string, text: string, expected: string[]][] = [
    ['no heading at all', blockText('a-1', done), ['a-1 active']],
    ['an archive', `## ARCHIVED messages ##\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['an archive with a decorated title', `# Inbox\n# 📦 2. Archive\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['what is not completed stays in sight', `## Archived\n${blockText('a-1')}`, ['a-1 active']],
    ['completed in small letters', `## Archived\n${blockText('a-1', { status: 'completed' })}`, ['a-1 archived']],
    ['a deeper heading keeps the archive', `## Archived\n### March\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['a heading as high ends the archive', `## Archived\n## Notes\n${blockText('a-1', done)}`, ['a-1 active']],
    ['a higher archive ends at a deeper active', `# Inbox\n# Archive\n## Pending\n${blockText('a-1', done)}`, ['a-1 active']],
    ['level three archives nothing', `### Archived\n${blockText('a-1', done)}`, ['a-1 active']],
    [
      'a message in its own level-two heading',
      `## Archived\n## Message: a-1\n\n\`\`\`json\n${json('a-1', done)}\n\`\`\`\n`,
      ['a-1 archived'],
    ],
    ['a title is no section', `# Archive of claude\n${blockText('a-1', done)}`, ['a-1 active']],
    ['templates', `## Templates\n${blockText('a-1')}`, []],
    ['an example format', `## The Example Format\n${blockText('a-1')}`, []],
    ['templates end at the same level', `## Templates\n### x\n## Messages\n${blockText('a-1')}`, ['a-1 active']],
    ['templates in the archive', `## Archived\n### Templates\n#### x\n### y\n${blockText('a-1', done)}`, ['a-1 archived']],
    ['a subject about templates', `### Message: a-1 - template engine\n\`\`\`json\n${json('a-1')}\n\`\`\`\n`, ['a-1 active']],
    ['a placeholder id', `## Active\n${blockText('msg-XXX')}`, []],
    ['a choice of types', `## Active\n${blockText('a-1', { type: 'INFO|ACK' })}`, []],
    ['a choice of senders', `## Active\n${blockText('a-1', { sender: 'claude|gpt' })}`, []],
  ];
  it.each(cases)('%s', (_, text, expected) => expect(seen(text)).toEqual(expected));
});

describe('what is no message', () => {
  it.each(['{"port": 8080}', '[1, 2]', '"text"', '[]', '{"id": "a-1"}', '{"type": "object"}'])('%s', (text) => {
    const doc = parseInbox(Buffer.from(`\`\`\`json\n${text}\n\`\`\`\n`));
    expect(blocksOf(doc)).toEqual([]);
    expect(problemsOf(doc)).toEqual([]);
  });
});

describe('bytes that are not UTF-8', () => {
  const kindOf = (text: string) => blocksOf(parseInbox(Buffer.from(text, 'latin1')))[0]?.kind;
  it('in the JSON of an open fence', () => expect(kindOf(`\`\`\`json\n${json('a-1', { subject: '\u00ff' })}\n`)).toBe('broken'));
  it('behind the JSON of an open fence', () => expect(kindOf(`\`\`\`json\n${json('a-1')}\n\u00ff\n`)).toBe('message'));
});

describe('headings', () => {
  const headingOf = (heading: string, id = 'msg-001') =>
    blocksOf(parseInbox(Buffer.from(`${heading}\n\n\`\`\`json\n${json(id)}\n\`\`\`\n`)))[0]?.heading;

  it.each([
    ['### Message: msg-001', 'Message: msg-001'],
    ['## msg-001 – Größe', 'msg-001 – Größe'],
    ['### Message from gpt', 'Message from gpt'],
    ['#### Bug à', undefined],
    ['## Active Messages', undefined],
    ['### Notes', undefined],
  ])('%s', (heading, expected) => expect(headingOf(heading)).toBe(expected));

  it('one that is not right above belongs to what stands between', () => {
    expect(headingOf('### Message: msg-001\n\nProse.')).toBeUndefined();
  });

  it('keeps a last letter whose last byte looks like a space', () => {
    expect(headingOf('### Message: msg-001 voilà')).toBe('Message: msg-001 voilà');
  });
});

describe('ids of broken blocks', () => {
  const idOf = (text: string) => blocksOf(parseInbox(Buffer.from(text)))[0]?.id;
  it('from the heading', () => expect(idOf('### Message: msg-007\n\n```json\n{ oops\n```\n')).toBe('msg-007'));
  it('from the text', () => expect(idOf('```json\n{ "id" : "msg-008", oops\n```\n')).toBe('msg-008'));
  it('none', () => expect(idOf('```json\n{ oops\n```\n')).toBeUndefined());
  it('a broken template is a template', () => expect(idOf('### Message: msg-XXX\n\n```json\n{ ... }\n```\n')).toBeUndefined());
});
