/** The next message of a child process; rejects where it ends before. `what` it is, for the error. */
export function nextOf(child, what) {
  return new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code}.`)));
  });
}
