import { describe, expect, test } from 'vitest';
import type { Comms } from '../../src/core/api.ts';
import { info } from './context.ts';
import { routingContext } from './routing/context.ts';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;

describe('what reaches others without a message', () => {
  const claimed = async (config: object = {}) => {
    const { comms } = routingContext(config);
    await comms.send(info());
    return comms;
  };
  const held = async () => {
    const { comms, ctx } = routingContext();
    const { id: _, recipient: __, ...draft } = (await comms.preview(info())).message;
    await ctx.store.deliver({ draft, recipients: ['gpt'], hold: 'Why.' });
    return comms;
  };

  test.each<[string, (text: string) => [() => Promise<Comms>, (comms: Comms) => Promise<unknown>]]>([
    ['result', (result) => [claimed, (comms) => comms.complete({ agent: 'gpt', id: 'msg-001', result })]],
    ['error', (error) => [claimed, (comms) => comms.fail({ agent: 'gpt', id: 'msg-001', error })]],
    ['reason', (reason) => [claimed, (comms) => comms.block({ agent: 'gpt', id: 'msg-001', reason })]],
    ['note', (note) => [held, (comms) => comms.releaseHeld({ id: 'msg-001', note })]],
    ['reason', (reason) => [held, (comms) => comms.rejectHeld({ id: 'msg-001', reason })]],
    ['current_task', (currentTask) => [claimed, (comms) => comms.heartbeat('gpt', { currentTask })]],
    ['task', (task) => [claimed, (comms) => comms.reserve({ agent: 'gpt', paths: ['src/a'], task })]],
    ['status', (status) => [claimed, (comms) => comms.setPresence('gpt', { status })]],
  ])('%s: a secret is refused, named and masked, and nothing changed; other words pass', async (name, deed) => {
    const [open, act] = deed(`The key is ${SECRET}.`);
    const comms = await open();
    const before = [await comms.store.list({ sections: ['active', 'held'] }), await comms.status()];
    const error = await act(comms).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'SENSITIVE_DATA', exitCode: 7, message: expect.stringContaining(`in /said/${name}`) });
    expect(JSON.stringify([error, (error as Error).message])).not.toContain(SECRET);
    expect([await comms.store.list({ sections: ['active', 'held'] }), await comms.status()]).toEqual(before);
    await deed('All is well.')[1](comms);
  });

  test('is filtered as messages are, and no option lets a secret through', async () => {
    const comms = await claimed({ communication: { content_filters: ['fnord'], allow_sensitive: true } });
    await expect(comms.complete({ agent: 'gpt', id: 'msg-001', result: 'a Fnord' })).rejects.toMatchObject({ code: 'CONTENT_FILTERED' });
    await expect(comms.complete({ agent: 'gpt', id: 'msg-001', result: SECRET })).rejects.toMatchObject({
      code: 'SENSITIVE_DATA',
      hint: expect.not.stringContaining('--allow-sensitive'),
    });
  });
});

describe('what a handler says', () => {
  const handled = async (handler: () => string, config: object = {}) => {
    const { comms, ctx } = routingContext(config);
    await comms.send(info());
    await (await comms.onMessage({ agent: 'gpt', once: true }, handler)).done;
    const [copy] = await ctx.store.list({ sections: ['active', 'dead'] });
    return copy?.message.delivery;
  };
  const fails = (text: string) => () => {
    throw new Error(text);
  };

  test('is left out where it holds a secret, so that the work counts all the same', async () => {
    const left = '(Left out. The text holds what looks like a secret: GitHub Token ghp_…(40 characters) in /said/text.)';
    expect((await handled(() => `Token: ${SECRET}`))?.result).toBe(left);
    expect((await handled(fails(`Bad token ${SECRET}`)))?.last_error).toBe(left);
    expect((await handled(() => 'Done.'))?.result).toBe('Done.');
  });

  test('is left out where it cannot be checked', async () => {
    const delivery = await handled(() => `${'a'.repeat(40)}!`, { communication: { sensitive_patterns: { slow: '^(a+)+$' } } });
    expect(delivery?.result).toMatch(/^\(Left out, since it could not be checked for secrets: config\.json is not valid/);
  });
});
