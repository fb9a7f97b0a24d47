import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openComms } from '../../../src/comms.ts';
import { CommsError } from '../../../src/errors.ts';
import { LONG } from '../../long.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { figure } from '../figure.ts';
import { NAMES, prototypeNow, SHELL } from './payloads.ts';
import { repository } from './workspace.ts';

/** Where a name can be given on the command line; `N` stands for it. */
const PLACES = `
agents add N
agents add --description x -- N
agents show N
agents remove N
group add N --members claude
group add crew --members=N
channel subscribe N --as claude
channel unsubscribe N --as claude
send --from claude --to=N --type INFO --subject s --details d
send --from=N --to gpt --type INFO --subject s --details d
send --from claude --channel=N --type INFO --subject s --details d
send --from claude --group=N --type INFO --subject s --details d
send --from claude --to gpt --type=N --subject s --details d
send --from claude --to gpt --type INFO --subject s --details d --ref=N
send --from claude --to gpt --type INFO --subject s --details d --correlation-id=N
send --from claude --to gpt --type INFO --subject s --details d --idempotency-key=N
send --from claude --to gpt --type INFO --subject s --details d --metadata=N=1 --context=N=1
inbox --as=N
read -- N
track -- N
thread -- N
claim --as gpt -- N
done --as gpt -- N
dead redrive -- N
dead purge -- N
held release -- N
archive --agent=N
heartbeat --as=N --status x
heartbeat --as gpt --status=N --task=N
reserve --as gpt -- N
unreserve --as gpt -- N
phase start -- N
task done --as gpt -- N
brief -- N
show --at=N -- msg-001
show -- N
diff -- N
diff HEAD N
log --since=N
log -- N
commit -m N
sync --remote=N
sync --branch=N
schema -- N
template -- N
replay --as claude --to=N --all
import --dry-run -- N
`
  .trim()
  .split('\n')
  .map((line) => line.split(' '));

/** What may be in a workspace, whatever names were given. */
const OURS =
  /^(\.state(\/.*)?|archive(\/.*)?|[a-z0-9][a-z0-9_-]{0,63}-inbox\.md|(config|status|channels|plan|reservations)\.json|(dead-letters|held|protocol|test-harness)\.md|\.git(ignore|attributes))$/;

/** A name that somebody gives leads nowhere, and is never an option. */
export function names(): void {
  describe('names', () => {
    test('on the command line: nothing is made elsewhere, nothing runs, nothing is polluted', async () => {
      const around = temporaryDirectory();
      mkdirSync(join(around, 'neighbour'));
      writeFileSync(join(around, 'neighbour', 'x'), 'untouched');
      const { top, run } = await repository({ committed: true });
      const before = prototypeNow();
      // In the short form every place has some of the names, and what runs git few.
      const all = [...NAMES, ...SHELL].map((name) => name.replaceAll('\0', '')).filter((name) => !name.includes('x/'));
      const wrong: string[] = [];
      for (const [n, place] of PLACES.entries())
        for (const [m, name] of all.entries()) {
          if (!LONG && (n * 7 + m) % (spawns(place) ? 97 : 47) !== 0) continue;
          const argv = place.map((word) => word.replaceAll('N', name));
          const { exit, stderr } = await run(argv);
          figure('names tried in places', 1);
          if (exit === 1 && !/fetch|remote|repository|push/i.test(stderr))
            wrong.push(`${JSON.stringify(argv).slice(0, 150)}: ${stderr.slice(0, 150)}`);
        }
      expect(wrong).toEqual([]);
      expect(prototypeNow()).toEqual(before);
      expect(strangersIn(top)).toEqual([]);
      expect(readdirSync(top).filter((name) => !['.git', 'agent-comms'].includes(name))).toEqual([]);
      expect(readFileSync(join(around, 'neighbour', 'x'), 'utf8')).toBe('untouched');
    });

    test('in the library: refused with a code, or harmless', async () => {
      const { top, root } = await repository();
      const comms = await openComms({ workspace: root, cwd: top });
      const wrong: string[] = [];
      for (const name of NAMES) {
        const request = { from: 'claude', type: 'INFO', subject: 's', details: 'd' };
        const calls: Record<string, () => Promise<unknown>> = {
          send: () => comms.send({ ...request, to: [name] }),
          from: () => comms.send({ ...request, from: name, to: ['gpt'] }),
          json: () => comms.sendJson(JSON.stringify({ from_agent: name, to_agent: name, message_type: name, payload: { [name]: name } })),
          inbox: () => comms.inbox({ agent: name }),
          claim: () => comms.claim({ agent: name, id: name }),
          complete: () => comms.complete({ agent: 'gpt', id: name }),
          heartbeat: () => comms.heartbeat(name, { status: name }),
          presence: () => comms.setPresence(name, { status: name }),
          subscribe: () => comms.subscribe({ channel: name, agent: 'gpt' }),
          archive: () => comms.archive({ agent: name }),
          track: () => comms.track({ id: name }),
        };
        for (const [call, act] of Object.entries(calls)) {
          figure('names tried in places', 1);
          const error = await act().then(
            () => undefined,
            (thrown: unknown) => thrown,
          );
          if (error !== undefined && !(error instanceof CommsError))
            wrong.push(`${call}(${JSON.stringify(name.slice(0, 30))}): ${String(error).slice(0, 150)}`);
        }
      }
      await comms.close();
      expect(wrong).toEqual([]);
      expect(strangersIn(top)).toEqual([]);
    });
  });
}

/** What runs git takes a hundred times as long. */
function spawns([first = '']: readonly string[]): boolean {
  return ['show', 'diff', 'log', 'commit', 'sync'].includes(first);
}

function strangersIn(top: string): string[] {
  const found = readdirSync(join(top, 'agent-comms'), { recursive: true, encoding: 'utf8' });
  return found.filter((name) => !OURS.test(name));
}
