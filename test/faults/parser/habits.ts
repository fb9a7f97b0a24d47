import { blockText } from '../../inbox/message.ts';

export const IDS = ['msg-001', 'msg-002', 'msg-003', 'msg-004'];

/** An inbox as the tool writes it, with prose around it. */
export const CLEAN = `# Claude Inbox

Messages for claude to process.

---

## Active Messages

${IDS.slice(0, 3).map(withNasty).join('\n')}
Somebody's note: größer, ☕ and \`\`\`inline\`\`\` code.

- one item

---

## Archived Messages

${blockText('msg-004', { uid: 'uid-msg-004', status: 'COMPLETED' })}`;

function withNasty(id: string): string {
  const details = 'A fence:\n```json\n{}\n```\n## Archived Messages\n<<<<<<< HEAD\n\u0000 \u2028 \ud83e\udd16 \ud800';
  return blockText(id, { uid: `uid-${id}`, content: { details, context: { list: [1, [2]], empty: {} }, attachments: [] } });
}

const lines = (change: (line: string, index: number) => string) => (text: string) => text.split('\n').map(change).join('\n');
/** Only what stands in fences. */
const blocks = (change: (json: string) => string) => (text: string) =>
  text.replace(/(```json\n)([\s\S]*?)(\n```\n)/g, (_, open: string, json: string, close: string) => open + change(json) + close);

/** What editors, formatters and people do to a file when they save it; no message is to be lost or changed by it. */
export const HABITS: Record<string, (text: string) => string> = {
  'no final newline': (text) => text.trimEnd(),
  'four final newlines': (text) => `${text}\n\n\n`,
  'white space at the ends of lines': lines((line, index) => line + ' \t'.repeat(index % 3)),
  'tabs for indentation': lines((line) => line.replace(/^ +/, (spaces) => '\t'.repeat(spaces.length / 2))),
  'a space before every line of JSON': blocks(lines((line) => ` ${line}`)),
  CRLF: (text) => text.replaceAll('\n', '\r\n'),
  'CRLF on every second line': lines((line, index) => (index % 2 === 0 ? `${line}\r` : line)),
  'CRLF in the JSON only': blocks((json) => `${json.replaceAll('\n', '\r\n')}\r`),
  'CRLF around the JSON only': (text) =>
    blocks((json) => json.replaceAll('\r\n', '\n'))(
      text.replaceAll('\n', '\r\n').replaceAll('\r\n```\r\n', '\n```\n').replaceAll('```json\r\n', '```json\n'),
    ),
  'a byte order mark': (text) => `\ufeff${text}`,
  'a byte order mark in the middle, of cat >>': (text) => text.replace('### Message: msg-002', '\ufeff### Message: msg-002'),
  'a byte order mark before a fence': (text) => text.replace('```json\n{\n  "id": "msg-002"', '\ufeff```json\n{\n  "id": "msg-002"'),
  'no blank lines': (text) => text.replaceAll(/\n\n+/g, '\n'),
  'blank lines around everything': (text) => text.replaceAll('\n```json\n', '\n\n\n```json\n').replaceAll('\n```\n', '\n```\n\n\n'),
  'blank lines inside the fences': blocks((json) => `\n${json}\n\n`),
  'JSON on one line': blocks((json) => JSON.stringify(JSON.parse(json))),
  'JSON with four spaces': blocks((json) => JSON.stringify(JSON.parse(json), null, 4)),
  'JSON with its members in another order': blocks((json) =>
    JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(json)).reverse()), null, 2),
  ),
  'JSON with everything escaped': blocks((json) =>
    json.replaceAll(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ),
  'members wrapped as a formatter has them': blocks((json) =>
    json.replaceAll(': []', ': [\n  ]').replaceAll(': {}', ': { }').replaceAll(': ', ' :  '),
  ),
  '* bullets, _ rules and # closed headings': (text) =>
    text
      .replaceAll('\n- ', '\n* ')
      .replaceAll('\n---\n', '\n___\n')
      .replaceAll(/^(#+ .*)$/gm, '$1 #'),
  'fences of four backticks': (text) => text.replaceAll(/^```/gm, '````'),
  'fences of tildes': (text) => text.replaceAll(/^```/gm, '~~~'),
  'fences of another size each': (text) => {
    let count = 0;
    return text.replaceAll(/^```json\n([\s\S]*?)\n```$/gm, (_, json: string) => {
      const fence = (count % 2 === 0 ? '`' : '~').repeat(3 + (count++ % 4));
      return `${fence}json\n${json}\n${fence}`;
    });
  },
  'fences with attributes': (text) => text.replaceAll(/^```json/gm, '``` JSON title="message" {1,3}'),
  'fences indented by two spaces': (text) => text.replaceAll(/^```/gm, '  ```'),
  'jsonc, with comments and trailing commas': (text) =>
    blocks((json) => json.replace(/\n\}$/, ',\n  // Mine.\n}'))(text).replaceAll(/^```json/gm, '```jsonc'),
  'a modeline at the end': (text) => `${text}\n<!-- vim: set ft=markdown ts=2 sw=2 et: -->\n`,
  'a front matter': (text) => `---\ntitle: "Claude Inbox"\ntags: [a, b]\n---\n\n${text}`,
  'a table of contents': (text) =>
    text.replace('---\n', '- [Active Messages](#active-messages)\n  - [Message: msg-001](#message-msg-001)\n\n---\n'),
  'headings numbered': (text) => text.replace(/^## Active/m, '## 1. Active').replace(/^## Archived/m, '## 2. Archived'),
  'folding markers and anchors': (text) => text.replaceAll(/^### (.*)$/gm, '<a id="x"></a>\n\n### $1 {#x}'),
  'everything pasted twice as a quotation': (text) => `${text}\n${text.replaceAll(/^/gm, '> ')}\n`,
};

/** Accidents in the middle of a file, and which messages may not be lost by them. */
export const ACCIDENTS: Record<string, { do: (text: string) => string; whole: string[]; reported?: string }> = {
  'conflict markers around two blocks': {
    do: (text) =>
      text
        .replace('### Message: msg-002', '<<<<<<< HEAD\n### Message: msg-002')
        .replace('### Message: msg-003', '=======\n### Message: msg-003')
        .replace('\nSomebody', '>>>>>>> theirs\n\nSomebody'),
    whole: IDS,
    reported: 'CONFLICT_MARKERS',
  },
  'conflict markers of diff3 through the JSON': {
    do: conflictIn('||||||| 1a2b3c4\n  "status": "PENDING",\n'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'BAD_JSON',
  },
  'conflict markers of zdiff3 through the JSON': {
    do: conflictIn('||||||| base\n'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'BAD_JSON',
  },
  'conflict markers across a fence': {
    do: (text) => text.replace('```\n\n### Message: msg-003', '<<<<<<< HEAD\n```\n=======\n```\n>>>>>>> theirs\n\n### Message: msg-003'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'CONFLICT_MARKERS',
  },
  'conflict markers across an opening fence': {
    do: (text) => text.replace('msg-002\n\n```json\n', 'msg-002\n\n<<<<<<< HEAD\n```json\n=======\n```JSON\n>>>>>>> theirs\n'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'CONFLICT_MARKERS',
  },
  'conflict markers across the heading of the archive': {
    do: (text) =>
      text.replace(
        '## Archived Messages\n\n### Message: msg-004',
        '<<<<<<< HEAD\n## Archived Messages\n=======\n## Archive\n>>>>>>> theirs\n\n### Message: msg-004',
      ),
    whole: IDS,
    reported: 'CONFLICT_MARKERS',
  },
  'two messages fused by a union merge': {
    do: (text) => text.replace(/\n\}\n```\n\n### Message: msg-003\n\n```json\n\{\n {2}"id": "msg-003"/, '\n{\n  "id": "msg-003"'),
    whole: ['msg-001', 'msg-004'],
    reported: 'BAD_JSON',
  },
  'two messages in one fence': {
    do: (text) => text.replace(/\n```\n\n### Message: msg-003\n\n```json\n/, '\n'),
    whole: ['msg-001', 'msg-004'],
    reported: 'NOT_ONE_MESSAGE',
  },
  'saved by half': {
    do: (text) => text.slice(0, text.indexOf('"subject": "About msg-003"')),
    whole: ['msg-001', 'msg-002'],
    reported: 'OPEN_FENCE',
  },
  'saved over a longer file': { do: (text) => text + text.slice(-150), whole: IDS },
  'long lines wrapped hard, where a heading seems to begin': {
    do: (text) => text.replaceAll(/("details": "A fence:.{20})/g, '$1\n'),
    whole: ['msg-004'],
    reported: 'OPEN_FENCE',
  },
  'a NUL byte in the JSON': {
    do: (text) => text.replace('"subject": "About msg-002"', '"subject": "About \u0000"'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'BAD_JSON',
  },
  'a block of NUL bytes, of a crash': {
    do: (text) => text.replace('### Message: msg-002', `${'\u0000'.repeat(4096)}\n### Message: msg-002`),
    whole: IDS,
  },
  'quotation marks made typographic': {
    do: (text) => text.replace('"id": "msg-002"', '“id”: “msg-002”'),
    whole: ['msg-001', 'msg-003', 'msg-004'],
    reported: 'BAD_JSON',
  },
  'a closing fence missing': {
    do: (text) => text.replace('```\n\n### Message: msg-003', '\n### Message: msg-003'),
    whole: IDS,
    reported: 'OPEN_FENCE',
  },
  'a closing fence twice': { do: (text) => text.replace('```\n\n### Message: msg-003', '```\n```\n\n### Message: msg-003'), whole: IDS },
  'a fence of another language open before': {
    do: (text) => text.replace('### Message: msg-002', '```bash\nls\n\n### Message: msg-002'),
    whole: IDS,
  },
};

function conflictIn(base: string): (text: string) => string {
  const at = /("id": "msg-002"[\s\S]*?)( {2}"status": "PENDING",\n)/;
  return (text) => text.replace(at, `$1<<<<<<< HEAD\n  "status": "COMPLETED",\n${base}=======\n  "status": "BLOCKED",\n>>>>>>> theirs\n`);
}
