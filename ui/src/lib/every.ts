/** Does something again and again, one after the other, while the window can be seen. Returns how to stop. */
export function every(milliseconds: number, act: () => Promise<unknown>): () => void {
  let stopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const turn = () => {
    timer = setTimeout(async () => {
      if (document.visibilityState !== "hidden") await act();
      if (!stopped) turn();
    }, milliseconds);
  };
  turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
