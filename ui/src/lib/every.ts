/** How many times longer than the last turn took the pause before the next one is at least. */
const REST = 4;

/**
 * Does something again and again, one after the other, while the window can be seen. A slow turn makes for
 * a longer pause, so that a huge list never keeps the window busy. Returns how to stop.
 */
export function every(milliseconds: number, act: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = (pause: number) => {
    timer = setTimeout(async () => {
      const begun = performance.now();
      if (document.visibilityState !== "hidden") await act();
      if (!stopped) turn(Math.max(milliseconds, REST * (performance.now() - begun)));
    }, pause);
  };
  turn(milliseconds);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
