import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

const MINUTE = 60_000;
const QUERY = '--type QUERY --details "?" --expected-response 10m';

async function late() {
  const workspace = testWorkspace();
  await workspace.comms(`send --from claude --to gpt --subject "Which \u001b[31mfields" ${QUERY}`);
  await workspace.comms(`send --from gpt --to gemini --subject Second ${QUERY}`);
  await workspace.comms(`send --from gemini --to claude --subject Third ${QUERY}`);
  workspace.pass(22 * MINUTE);
  return workspace;
}

describe('comms overdue', () => {
  test('tells who owes what to whom, and since when', async () => {
    const { comms } = await late();
    const { out, err, exit } = await comms('overdue');
    expect({ err, exit }).toEqual({ err: '', exit: 0 });
    expect(out.split('\n').slice(0, 4)).toEqual([
      'msg-001  QUERY  PENDING  claude → gpt  12m late',
      '  Which \\x1b[31mfields',
      '  due since 2026-01-17T12:10:00Z',
      'msg-002  QUERY  PENDING  gpt → gemini  12m late',
    ]);
  });

  test('--as: what it owes, then what it is owed', async () => {
    const { comms } = await late();
    const { out } = await comms('overdue --as codex');
    expect(out).toMatch(/^gpt owes:\nmsg-001 .*\n.*\n.*\n\nOthers owe gpt:\nmsg-002 /);
    expect(out).not.toContain('msg-003');
    expect((await comms('overdue --as gpt --quiet')).out).toBe('msg-001\nmsg-002\n');
  });

  test('COMMS_AGENT alone does not narrow it', async () => {
    const { comms } = await late();
    expect((await comms('overdue --quiet', { env: { COMMS_AGENT: 'gpt' } })).out).toBe('msg-001\nmsg-002\nmsg-003\n');
  });

  test('as JSON', async () => {
    const { comms } = await late();
    const { data } = JSON.parse((await comms('overdue --as claude --json')).out);
    expect(data.overdue).toEqual([
      {
        message: expect.objectContaining({ id: 'msg-001' }),
        inbox: 'gpt',
        section: 'active',
        due_at: '2026-01-17T12:10:00.000Z',
        overdue_ms: 12 * MINUTE,
      },
      expect.objectContaining({ inbox: 'claude' }),
    ]);
  });

  test('nothing is no error', async () => {
    const { comms } = testWorkspace();
    expect(await comms('overdue')).toEqual({ out: '', err: 'Nothing is overdue.\n', exit: 0 });
    expect(await comms('overdue --as gpt')).toMatchObject({ err: 'gpt owes nothing that is overdue, nor is it owed any.\n', exit: 0 });
    expect((await comms('overdue --as nobody')).exit).toBe(3);
  });
});

describe('due times elsewhere', () => {
  test('read shows them, before and after', async () => {
    const { comms, pass } = testWorkspace();
    await comms(`send --from claude --to gpt --subject First ${QUERY}`);
    pass(5 * MINUTE);
    expect((await comms('read 1')).out).toContain('\ndue: 2026-01-17T12:10:00Z (in 5m)\n');
    pass(17 * MINUTE);
    expect((await comms('read 1')).out).toContain('\ndue: 2026-01-17T12:10:00Z (12m late)\n');
    await comms('done 1 --as gpt');
    expect((await comms('read 1')).out).toContain('\ndue: 2026-01-17T12:10:00Z\n');
  });

  test('inbox shows them for what is open', async () => {
    const { comms, pass } = testWorkspace();
    await comms(`send --from claude --to gpt --subject First ${QUERY}`);
    await comms('send --from claude --to gpt --type INFO --subject Second --details x');
    expect((await comms('inbox --as gpt')).out).toMatch(/^msg-001 .*due in 10m\n {2}First\nmsg-002 .*just now\n {2}Second\n$/);
    pass(22 * MINUTE);
    expect((await comms('inbox --as gpt')).out).toMatch(/^msg-001 .*22m ago {2}12m late\n/);
    await comms('done 1 --as gpt');
    expect((await comms('inbox --as gpt --all')).out).not.toContain('late');
  });

  test('status has a line, and the ids in JSON', async () => {
    const { comms } = await late();
    expect((await comms('status')).out).toContain('\nOverdue: msg-001 (gpt, 12m), msg-002 (gemini, 12m), msg-003 (claude, 12m)\n');
    const { data } = JSON.parse((await comms('status --json')).out);
    expect(data).toMatchObject({ overdue_items: ['msg-001', 'msg-002', 'msg-003'], pending_items: ['msg-001', 'msg-002', 'msg-003'] });
  });

  test('status without anything overdue has no such line', async () => {
    const { comms } = testWorkspace();
    expect((await comms('status')).out).not.toContain('Overdue');
    expect(JSON.parse((await comms('status --json')).out).data.overdue_items).toEqual([]);
  });
});
