import { describe, expect, test } from 'vitest';
import { testWorkspace } from './workspace.ts';

describe('comms track', () => {
  test('shows for each recipient how far it is', async () => {
    const { comms } = testWorkspace();
    await comms('send --from claude --to gpt,gemini --type INFO --subject S --details D');
    await comms('done 1 --as gpt --result "all good"');
    await comms('reply 1 --as gpt --details Fine');
    const { out } = await comms('track 1');
    expect(out).toContain('gpt: delivered, COMPLETED\n');
    expect(out).toContain('  result: all good\n');
    expect(out).toContain('  answered with: msg-002\n');
    expect(out).toContain('gemini: delivered, PENDING\n');
  });

  test.each(['files', 'sqlite'])('names every recipient in the order of the sender, on %s', async (store) => {
    const { comms } = testWorkspace();
    await comms(`migrate --to ${store}`);
    await comms('send --from claude --to gpt,gemini --type INFO --subject S --details D');
    for (const command of ['track 1', 'sent --as claude']) expect((await comms(command)).out).toContain('claude → gpt, gemini ');
    expect(JSON.parse((await comms('track 1 --json')).out)).toMatchObject({
      data: { message: { recipient: 'gpt' }, place: { inbox: 'gpt' } },
    });
    expect(JSON.parse((await comms('sent --as claude --json')).out)).toMatchObject({ data: { places: [{ inbox: 'gpt' }] } });
  });

  test('shows who holds it', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    await comms('claim 1 --as gpt');
    expect((await comms('track 1')).out).toContain('gpt: delivered, IN_PROGRESS\n  held by: gpt\n');
  });

  test('shows why it died', async () => {
    const { comms, sent } = testWorkspace();
    await sent();
    for (let n = 0; n < 3; n += 1) await comms('fail 1 --as gpt --error red');
    expect((await comms('track 1')).out).toMatch(/gpt: failed\n(.*\n)* {2}last error: red\n/);
  });

  test('answers with message and deliveries in JSON', async () => {
    const { json, sent } = testWorkspace();
    await sent();
    const { data } = await json('track 1 --as claude');
    expect(data).toMatchObject({ message: { id: 'msg-001' }, deliveries: [{ recipient: 'gpt', outcome: 'delivered', replies: [] }] });
  });
});
