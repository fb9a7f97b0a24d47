import { execFile } from 'node:child_process';
import { firstLine, visible } from '../../message/text.ts';
import type { MessageEvent } from './event-data.ts';

export interface Program {
  file: string;
  args: string[];
  env?: Record<string, string>;
}

/** Runs a program to its end; rejects where it is not there or fails. */
export type RunProgram = (program: Program) => Promise<void>;

export interface NoticeOptions {
  platform?: NodeJS.Platform;
  run?: RunProgram;
  warn: (message: string) => void;
}

const MOST_CHARACTERS = 200;

/** Tells the desktop of events. What is missing or fails is said once, and then let be. */
export function createNotice({ platform = process.platform, run = runProgram, warn }: NoticeOptions): (event: MessageEvent) => void {
  let warned = false;
  return (event) => {
    run(noticeProgram(event, platform)).catch((error: unknown) => {
      if (!warned)
        warn(`--notify does not work here: ${error instanceof Error ? firstLine(error.message, MOST_CHARACTERS) : String(error)}`);
      warned = true;
    });
  };
}

/** The program that shows a notice. What a message says is only ever an argument or a variable, never part of a script. */
export function noticeProgram({ agent, message }: MessageEvent, platform: NodeJS.Platform): Program {
  const title = short(`${message.id} ${message.type} for ${agent}`);
  const body = short(`${message.sender}: ${message.subject}`);
  if (platform === 'darwin') return { file: 'osascript', args: ['-e', OSASCRIPT, title, body] };
  if (platform === 'win32') {
    return {
      file: 'powershell.exe',
      args: ['-NoProfile', '-NonInteractive', '-Command', POWERSHELL],
      env: { COMMS_NOTICE_TITLE: title, COMMS_NOTICE_BODY: body },
    };
  }
  return { file: 'notify-send', args: ['--app-name=comms', '--', title, escaped(body)] };
}

const OSASCRIPT = 'on run argv\ndisplay notification (item 2 of argv) with title (item 1 of argv)\nend run';

// Arguments after -Command would be read as part of the script, so the texts come in variables.
const POWERSHELL = [
  '$null = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]',
  '$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(1)',
  "$texts = $xml.GetElementsByTagName('text')",
  '$null = $texts.Item(0).AppendChild($xml.CreateTextNode($env:COMMS_NOTICE_TITLE))',
  '$null = $texts.Item(1).AppendChild($xml.CreateTextNode($env:COMMS_NOTICE_BODY))',
  "[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier('comms').Show([Windows.UI.Notifications.ToastNotification]::new($xml))",
].join('; ');

/** Some desktops read the body as markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function short(text: string): string {
  return firstLine(visible(text), MOST_CHARACTERS);
}

const runProgram: RunProgram = ({ file, args, env }) =>
  new Promise((resolve, reject) => {
    const options = { timeout: 10_000, windowsHide: true, ...(env && { env: { ...process.env, ...env } }) };
    execFile(file, args, options, (error) => {
      if (error) reject(error);
      else resolve();
    }).unref();
  });
