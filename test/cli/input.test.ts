import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readInput } from '../../src/cli/input.ts';
import { temporaryDirectory, writeFiles } from '../workspace/temporary.ts';

const signal = new AbortController().signal;
const nothing = Readable.from([]);

describe('reading a text', () => {
  it('takes it from a file relative to here, or from stdin', async () => {
    const cwd = temporaryDirectory();
    writeFiles(cwd, { 'a/b.txt': 'grüße\n' });
    expect(await readInput('a/b.txt', { cwd, stdin: nothing, signal })).toBe('grüße\n');
    const halves = [Buffer.from([0xc3]), Buffer.from([0xa4])];
    expect(await readInput('-', { cwd, stdin: Readable.from(halves), signal })).toBe('ä');
  });

  it('drops a BOM', async () => {
    expect(await readInput('-', { cwd: '/', stdin: Readable.from([Buffer.from('\uFEFFx')]), signal })).toBe('x');
  });

  it.each([
    ['what is not there', 'nowhere.txt', 'FILE_NOT_FOUND'],
    ['what lies below a file', 'file/x', 'FILE_NOT_FOUND'],
    ['a directory', '.', 'FILE_NOT_FOUND'],
    ['what is too large', 'large', 'MESSAGE_TOO_LARGE'],
  ])('refuses %s', async (_, path, code) => {
    const cwd = temporaryDirectory();
    writeFiles(cwd, { file: '', large: 'x'.repeat(1025) });
    await expect(readInput(path, { cwd, stdin: nothing, signal, maxBytes: 1024 })).rejects.toMatchObject({ code });
  });

  it('refuses what is not UTF-8', async () => {
    const stdin = Readable.from([Buffer.from([0x61, 0xff, 0x62])]);
    await expect(readInput('-', { cwd: '/', stdin, signal })).rejects.toMatchObject({ code: 'INVALID_UTF8' });
  });

  it('stops at the limit, not at the end of an endless stdin', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536);
      })(),
    );
    await expect(readInput('-', { cwd: '/', stdin: endless, signal, maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'MESSAGE_TOO_LARGE',
    });
  });

  it('gives up when it is interrupted while nobody types', async () => {
    const controller = new AbortController();
    const silent = new Readable({ read: () => {} });
    const reading = readInput('-', { cwd: '/', stdin: silent, signal: controller.signal });
    controller.abort('SIGINT');
    await expect(reading).rejects.toBe('SIGINT');
  });
});
