let speaker: (text: string) => void = () => {};

/** Has what went wrong told by `speak`, which the frame of the pages knows to do once it is there. */
export function sayBy(speak: (text: string) => void): void {
  speaker = speak;
}

/** Tells in passing that something went wrong which no form shows. */
export const say = (text: string): void => speaker(text);
