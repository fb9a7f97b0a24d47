import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openComms } from '../../../src/comms.ts';
import type { Message } from '../../../src/message/message.ts';
import { LONG } from '../../long.ts';
import { figure } from '../figure.ts';
import { EVERY_ESCAPE, MARKDOWN, prototypeNow, SHELL, withInheritedKeys } from './payloads.ts';
import { repository } from './workspace.ts';

const SEED = Number(process.env.COMMS_TEST_SEED ?? 20260117);

/** Whatever a message says stays in the message. */
export function bodies(): void {
  describe('fences, headings, markers and keys inside of messages', () => {
    test('what is sent, answered, edited, archived and rotated is what is there, and nothing else', async () => {
      const { top, root } = await repository();
      const comms = await openComms({ workspace: root, cwd: top });
      const texts = [...MARKDOWN, ...SHELL, EVERY_ESCAPE, ...mixtures(LONG ? 400 : 20)];
      const sent: Message[] = [];
      for (const text of texts) {
        const said = `x${text}`;
        const request = {
          from: 'claude',
          to: ['gpt'],
          type: 'INFO',
          subject: said,
          details: `${text}\nmore`,
          context: { [said]: text, list: [text] },
          metadata: { [said]: text },
        };
        sent.push((await comms.send({ ...request, idempotencyKey: `k${sent.length}` } as never)).message);
        figure('bodies sent, edited and archived', 1);
      }
      const all = async () => (await comms.inbox({ agent: 'gpt', all: true, archived: true, sort: 'oldest', limit: 10_000 })).messages;
      const said = ({ id, subject, content, metadata }: Message) => ({ id, subject, content, metadata });
      const byId = (messages: Message[]) => messages.map(said).sort((a, b) => Number(a.id.slice(4)) - Number(b.id.slice(4)));
      expect(byId(await all())).toEqual(byId(sent));
      for (const [n, { id }] of sent.entries()) {
        const text = texts[n] ?? '';
        if (n % 3 === 0) await comms.complete({ agent: 'gpt', id, result: text });
        else if (n % 3 === 1) await comms.claim({ agent: 'gpt', id }).then(() => comms.fail({ agent: 'gpt', id, error: text }));
        else await comms.block({ agent: 'gpt', id, reason: text });
      }
      expect(byId(await all())).toEqual(byId(sent));
      await comms.archive({ agent: 'gpt' });
      await comms.archive({ agent: 'gpt', rotate: true });
      expect(byId(await all())).toEqual(byId(sent));
      const { problems } = await comms.check();
      expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
      await comms.close();
    });

    test('an inherited name is a key like any other: kept, and nothing else gets it', async () => {
      const before = prototypeNow();
      const { top, root, run } = await repository();
      const keys = withInheritedKeys({ polluted: true });
      const config = JSON.parse(readFileSync(join(root, 'config.json'), 'utf8'));
      const put = (name: string, value: unknown) => writeFileSync(join(root, name), JSON.stringify(value));
      put('message.json', { from_agent: 'claude', to_agent: 'gpt', message_type: 'notice.keys', payload: keys });
      const comms = await openComms({ workspace: root, cwd: top });
      const { message } = await comms.send({
        from: 'claude',
        to: ['gpt'],
        type: 'INFO',
        subject: 's',
        details: 'd',
        context: keys,
        metadata: keys,
      } as never);
      const [read] = (await comms.inbox({ agent: 'gpt' })).messages;
      expect(JSON.stringify(read?.content.context)).toBe(JSON.stringify(keys));
      expect(JSON.stringify(message.metadata)).toBe(JSON.stringify(keys));
      await comms.close();
      put('channels.json', {
        version: '1.0',
        channels: { ...withInheritedKeys({ claude: null }), ops: withInheritedKeys('2026-01-17T12:00:00Z') },
      });
      put('plan.json', {
        ...withInheritedKeys([]),
        phases: [{ id: 'constructor', agents: ['claude'], ...withInheritedKeys() }],
        tasks: [{ id: '__proto__', owner: 'gpt', depends_on: ['toString', 'constructor'], ...withInheritedKeys() }],
      });
      put('reservations.json', { ...withInheritedKeys(), reservations: [withInheritedKeys()] });
      put('status.json', { ...withInheritedKeys(), agents: withInheritedKeys({ status: 'x' }) });
      const wrong: string[] = [];
      const look = async () => {
        for (const argv of [
          ['inbox', '--as', 'gpt'],
          ['status'],
          ['agents', 'list'],
          ['channel', 'list'],
          ['group', 'list'],
          ['plan', 'check'],
          ['task', 'list'],
          ['phase', 'list'],
          ['reservations'],
          ['stats'],
          ['doctor', '--fix'],
          ['send', '--message', join(root, 'message.json')],
          ['heartbeat', '--as', 'gpt'],
          ['brief', 'gpt'],
        ]) {
          const { stderr } = await run(argv);
          figure('commands with inherited keys', 1);
          if (stderr.includes('This is a bug')) wrong.push(`${argv.join(' ')}: ${stderr}`);
        }
      };
      await look();
      for (const member of ['agents', 'groups', 'permissions', 'aliases', 'limits', 'communication']) {
        put('config.json', { ...config, [member]: { ...config[member], ...withInheritedKeys({ members: ['claude'] }) } });
        await look();
      }
      expect(wrong).toEqual([]);
      expect(prototypeNow()).toEqual(before);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    });
  });
}

/** Texts made of several of them, from a seed. */
function mixtures(count: number): string[] {
  const piece = fc.constantFrom(...MARKDOWN, '\n', '\r\n', ' ', 'x', '{', '}', '"', '\\');
  return fc.sample(fc.array(piece, { minLength: 2, maxLength: 8 }), { numRuns: count, seed: SEED }).map((pieces) => pieces.join(''));
}
