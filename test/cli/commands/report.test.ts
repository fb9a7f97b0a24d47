import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

async function workspaceOfTwo() {
  const workspace = testWorkspace();
  await workspace.sent();
  return { ...workspace, cwd: dirname(workspace.root) };
}

describe('comms report', () => {
  test('prints Markdown', async () => {
    const { comms } = await workspaceOfTwo();
    const { out, err, exit } = await comms('report');
    expect({ err, exit }).toEqual({ err: '', exit: 0 });
    expect(out).toMatch(/^# Messages between agents\n\n2026-01-17 12:00 UTC\. Written 2026-01-17T12:00:00Z\.\n\n## Summary\n/);
    expect(out).toContain('## Insights\n\nNothing stands out.\n');
    expect(out).toContain('| `INFO` | 1 |');
  });

  test('tells what stands out, and what to do', async () => {
    const { comms, json, pass } = testWorkspace();
    for (let n = 0; n < 5; n += 1) await comms('send --from claude --to gpt --type QUERY --subject Q --details "?"');
    pass(3_600_000);
    const { data } = await json('report');
    expect(Object.keys(data)).toEqual(['summary', 'insights', 'recommendations']);
    expect(data).toMatchObject({
      insights: [{ code: 'unanswered_sender' }, { code: 'quiet_agent' }],
      recommendations: [{ because: 'unanswered_sender' }, {}],
    });
    const { out } = await comms('report');
    expect(out).toContain('Nobody answers claude: it asked 5 times');
    expect(out).toContain('## Recommendations\n\n- Look where');
    expect((await comms('report --quiet')).out).toBe('unanswered_sender\nquiet_agent\n');
    expect((await json('report --since 10m')).data).toMatchObject({ insights: [], summary: { total_messages: 0 } });
  });

  test('of nothing at all is one, too', async () => {
    const { comms } = testWorkspace();
    const { out, exit } = await comms('report');
    expect(exit).toBe(0);
    expect(out).toContain('Nothing stands out.');
    expect((await comms('report --html -')).out).toContain('Nothing stands out.');
  });
});

describe('--html', () => {
  test('writes a page, whole, and tells where', async () => {
    const { comms, json, cwd } = await workspaceOfTwo();
    const file = join(cwd, 'report.html');
    const { out, exit } = await comms('report --html report.html');
    expect({ out, exit }).toEqual({ out: `Wrote ${file}: 1 message, 0 insights.\n`, exit: 0 });
    expect(readFileSync(file, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/);
    expect((await json('report --html report.html')).data).toMatchObject({ file, summary: { total_messages: 1 } });
    expect((await comms('report --html report.html --quiet')).out).toBe(`${file}\n`);
    expect(readdirSync(cwd).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  test('- is stdout', async () => {
    const { comms, cwd } = await workspaceOfTwo();
    expect((await comms('report --html -')).out).toMatch(/^<!doctype html>/);
    expect(existsSync(join(cwd, '-'))).toBe(false);
    expect((await comms('report --html - --json')).exit).toBe(2);
  });

  test('a directory is refused, and stays', async () => {
    const { comms, cwd } = await workspaceOfTwo();
    mkdirSync(join(cwd, 'pages'));
    const { err, exit } = await comms('report --html pages');
    expect(exit).toBe(2);
    expect(err).toContain('is a directory');
    expect(err).toContain(join('pages', 'report.html'));
    expect(readdirSync(join(cwd, 'pages'))).toEqual([]);
  });

  test.runIf(process.platform !== 'win32')('a device is refused, and stays one', async () => {
    const { comms } = await workspaceOfTwo();
    expect(await comms('report --html /dev/null')).toMatchObject({ exit: 2, err: expect.stringContaining('no ordinary file') });
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  test('a directory that is not there is said', async () => {
    const { comms, cwd } = await workspaceOfTwo();
    expect(await comms('report --html nowhere/report.html')).toMatchObject({
      exit: 3,
      err: expect.stringContaining('There is no directory'),
    });
    expect(existsSync(join(cwd, 'nowhere'))).toBe(false);
  });

  test('a link stays one; what it leads to is replaced', async () => {
    const { comms, cwd } = await workspaceOfTwo();
    writeFileSync(join(cwd, 'real.html'), 'old');
    symlinkSync('real.html', join(cwd, 'link.html'));
    expect((await comms('report --html link.html')).exit).toBe(0);
    expect(readFileSync(join(cwd, 'real.html'), 'utf8')).toContain('<!doctype html>');
    expect(
      readdirSync(cwd, { withFileTypes: true })
        .find(({ name }) => name === 'link.html')
        ?.isSymbolicLink(),
    ).toBe(true);
  });
});
