import { closeSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { filesContext } from '../../core/files-context.ts';

const request = { from: 'claude', to: ['gpt'], type: 'INFO', subject: 'Hello', details: 'x' };

test('nobody writes while the work is done, and everybody afterwards', async () => {
  const { root, comms } = await filesContext();
  const inbox = () => readFileSync(join(root, 'gpt-inbox.md'), 'utf8');
  const before = inbox();
  let sent: Promise<unknown> | undefined;
  const answer = await comms.store.exclusively(async () => {
    sent = comms.send(request);
    const first = await Promise.race([sent.then(() => 'sent'), new Promise((resolve) => setTimeout(() => resolve('waits'), 200))]);
    expect([first, inbox()]).toEqual(['waits', before]);
    return 'answer';
  });
  expect(answer).toBe('answer');
  await sent;
  expect(inbox()).not.toBe(before);
});

test('a reader does not wait for the lock that its own work has', async () => {
  const { root, comms } = await filesContext();
  await comms.send(request);
  const late = openSync(join(root, 'gpt-inbox.md'), 'a');
  await comms.send(request);
  const found = await comms.store.exclusively(async () => {
    writeSync(late, '\n```json\n{"id":"msg-050","sender":"claude","recipient":"gpt","type":"INFO","status":"PENDING"}\n```\n');
    return Promise.race([comms.store.list(), new Promise((resolve) => setTimeout(() => resolve('waits'), 5_000))]);
  });
  closeSync(late);
  expect(found).toHaveLength(2);
  expect(await comms.store.list()).toHaveLength(3);
});

test('work that fails gives the lock back', async () => {
  const { comms } = await filesContext();
  await expect(comms.store.exclusively(() => Promise.reject(new Error('No.')))).rejects.toThrow('No.');
  await comms.send(request);
});

test('status.json stays as it is where only the time is another, and is made anew where it is not right', async () => {
  const { root, comms, tick } = await filesContext();
  await comms.send(request);
  const file = join(root, 'status.json');
  const text = readFileSync(file, 'utf8');
  const again = async () => {
    tick(60_000);
    await comms.store.exclusively(async () => undefined);
    return readFileSync(file, 'utf8');
  };
  // As git does when it puts the same file there once more.
  writeFileSync(file, text);
  expect(await again()).toBe(text);
  for (const spoil of [() => writeFileSync(file, text.replace('"messages_pending": 1', '"messages_pending": 9')), () => rmSync(file)]) {
    spoil();
    expect(JSON.parse(await again())).toMatchObject({ agents: { gpt: { messages_pending: 1 } } });
  }
});
