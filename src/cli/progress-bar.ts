const WIDTH = 24;

/** "archiving  ██████░░░░░░  120 of 480", for the line of progress. Nothing where it is done at once, or done. */
export function progressBar(name: string, { done, total }: { done: number; total: number }, { atLeast }: { atLeast: number }): string {
  if (total < atLeast || done >= total) return '';
  const full = Math.round((done / total) * WIDTH);
  return `${name}  ${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}  ${done} of ${total}`;
}
