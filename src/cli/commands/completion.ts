import type { CommandSpec, Run } from '../command.ts';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { completionModel } from '../completion/model.ts';
import { zshScript } from '../completion/zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

export const spec: CommandSpec = {
  name: 'completion',
  summary: 'print a completion script for a shell',
  arguments: [{ name: 'shell', summary: 'the shell', required: true, choices: Object.keys(SCRIPTS) }],
  examples: [
    { command: 'source <(comms completion bash)', does: 'Complete in this bash; put it into ~/.bashrc to keep it' },
    { command: 'comms completion zsh > ~/.zfunc/_comms', does: 'For zsh, with ~/.zfunc in fpath before compinit' },
    { command: 'comms completion fish > ~/.config/fish/completions/comms.fish', does: 'For fish' },
  ],
};

export const run: Run = async ({ args: [shell = 'bash'] }) => {
  const script = Object.entries(SCRIPTS).find(([name]) => name === shell)?.[1] ?? bashScript;
  const text = script(await completionModel());
  return { data: { shell, script: text }, text };
};
