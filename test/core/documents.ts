import type { DocumentPort } from '../../src/core/context.ts';

/** A file of the workspace in memory. */
export function documentOf(file?: object | string): DocumentPort & { text: string | undefined } {
  const document = {
    text: typeof file === 'object' ? JSON.stringify(file) : file,
    read: async () => document.text,
    update: async (change: (text: string | undefined) => string) => {
      document.text = change(document.text);
    },
  };
  return document;
}
