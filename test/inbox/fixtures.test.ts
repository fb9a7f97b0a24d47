import { describe, expect, it } from 'vitest';
import { blocksOf, parseInbox, problemsOf, renderInbox } from '../../src/inbox/inbox.ts';
import { fixture, fixtureNames } from './fixtures.ts';

/** What is in each fixture: "line id section", with "broken CODE" or "open"; then "line CODE" of the problems. */
const contents: Record<string, { blocks: string[]; problems?: string[] }> = {
  'appended-with-cat.md': { blocks: ['19 msg-003 active', '40 msg-004 archived', '59 msg-005 active'] },
  'archive-file.md': { blocks: ['7 msg-001 active'] },
  'archive-only.md': { blocks: ['5 msg-001 archived'] },
  'bom.md': { blocks: ['11 msg-001 active', '32 msg-002 active'] },
  'broken-block-in-the-middle.md': {
    blocks: [
      '11 msg-001 active',
      '33 msg-002 active broken BAD_JSON',
      '55 msg-003 active',
      '75 msg-004 active broken BAD_JSON',
      '84 msg-005 active',
    ],
    problems: ['42 BAD_JSON', '79 BAD_JSON'],
  },
  'conflict-markers.md': {
    blocks: ['11 msg-001 active', '37 msg-002 active', '59 msg-003 active', '82 msg-004 active broken BAD_JSON'],
    problems: [
      '34 CONFLICT_MARKERS',
      '56 CONFLICT_MARKERS',
      '78 CONFLICT_MARKERS',
      '90 CONFLICT_MARKERS',
      '90 BAD_JSON',
      '92 CONFLICT_MARKERS',
      '94 CONFLICT_MARKERS',
    ],
  },
  'crlf.md': { blocks: ['11 msg-001 active', '33 msg-002 active'] },
  'duplicate-ids.md': {
    blocks: ['11 msg-001 active', '33 msg-002 active', '55 msg-002 active', '81 msg-001 archived'],
    problems: ['55 HEADING_ID', '55 DUPLICATE_ID', '81 DUPLICATE_ID'],
  },
  'empty-no-messages-yet.md': { blocks: [] },
  'empty.md': { blocks: [] },
  'mixed-line-ends.md': { blocks: ['11 msg-001 active', '33 msg-002 active'] },
  'nested-fences.md': { blocks: ['13 msg-900 active', '82 msg-001 active', '105 msg-002 active', '128 msg-003 active'] },
  'no-final-newline.md': { blocks: ['11 msg-001 active'] },
  'no-headings.md': { blocks: ['3 msg-001 active', '22 msg-002 active'] },
  'not-utf8.md': {
    blocks: ['13 msg-001 active', '35 msg-002 active broken INVALID_UTF8', '57 msg-003 active'],
    problems: ['9 INVALID_UTF8', '44 INVALID_UTF8'],
  },
  'only-a-title.md': { blocks: [] },
  'open-fences.md': {
    blocks: [
      '11 msg-001 active open',
      '34 msg-002 active',
      '54 msg-003 active open',
      '73 msg-004 active broken OPEN_FENCE open',
      '82 msg-005 active open',
      '104 msg-006 active',
      '124 msg-007 active open',
    ],
    problems: ['11 OPEN_FENCE', '54 OPEN_FENCE', '78 OPEN_FENCE', '82 OPEN_FENCE', '124 OPEN_FENCE'],
  },
  'other-fences.md': { blocks: ['17 msg-001 active', '54 msg-002 active', '76 msg-003 active'] },
  'repeated-sections.md': {
    blocks: ['7 msg-001 active', '31 msg-002 archived', '55 msg-003 archived', '79 msg-004 archived', '103 msg-005 active'],
  },
  'several-in-one-fence.md': {
    blocks: ['9 msg-001 active broken NOT_ONE_MESSAGE', '45 msg-003 active broken NOT_ONE_MESSAGE', '84 msg-005 active'],
    problems: ['10 NOT_ONE_MESSAGE', '62 NOT_ONE_MESSAGE'],
  },
  'templates-only.md': { blocks: [] },
  'templates-section.md': { blocks: ['61 msg-001 active', '125 msg-012 active'], problems: ['37 IN_TEMPLATES'] },
  'three-dialects.md': { blocks: ['9 a-1 active', '13 b-1 active', '17 c-1 active'] },
  'without-references.md': { blocks: ['11 msg-001 active', '32 msg-002 active', '48 undefined active'], problems: ['48 MISSING_ID'] },
  'written-by-a-person.md': { blocks: ['11 msg-010 active', '19 msg-011 active'] },
  'written-by-the-tool.md': { blocks: ['11 msg-001 active', '33 msg-002 active', '63 msg-000 archived'] },
};

describe('inbox files', () => {
  it('each fixture is in the table', () => expect(Object.keys(contents)).toEqual(fixtureNames));

  it.each(Object.entries(contents))('%s', (name, { blocks, problems = [] }) => {
    const bytes = fixture(name);
    const doc = parseInbox(bytes);
    const shown = blocksOf(doc).map(({ line, id, section, error, open }) =>
      [line, id, section, ...(error ? ['broken', error.code] : []), ...(open ? ['open'] : [])].map(String).join(' '),
    );
    expect(shown).toEqual(blocks);
    expect(problemsOf(doc).map(({ line, code }) => `${line} ${code}`)).toEqual(problems);
    expect(renderInbox(doc).equals(bytes)).toBe(true);
  });

  it('a broken block tells where its JSON stops making sense', () => {
    const [, block] = blocksOf(parseInbox(fixture('broken-block-in-the-middle.md')));
    expect(block).toMatchObject({
      heading: 'Message: msg-002',
      error: { line: 42, column: 3, message: 'The block is not JSON: a comma is missing.' },
    });
  });

  it('text keeps its characters in files of any kind', () => {
    expect(blocksOf(parseInbox(fixture('written-by-a-person.md')))[0]?.message).toMatchObject({ 'x-note': 'naïve ☕' });
    expect(blocksOf(parseInbox(fixture('not-utf8.md')))[2]?.message).toMatchObject({ subject: 'naïve' });
  });
});
