/** How many characters go through JSON.parse while `act` runs. */
export function parsedLength(act: () => void): number {
  const parse = JSON.parse;
  let parsed = 0;
  JSON.parse = (text: string) => {
    parsed += text.length;
    return parse(text);
  };
  try {
    act();
  } finally {
    JSON.parse = parse;
  }
  return parsed;
}
