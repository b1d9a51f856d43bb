import "@testing-library/svelte/vitest";

// The document of the tests has no layout, so lists that draw only what can be seen are told a size:
// rows 24 pixels high in a place of 800 × 600.
class Sizes implements ResizeObserver {
  readonly #told: ResizeObserverCallback;
  constructor(told: ResizeObserverCallback) {
    this.#told = told;
  }
  observe(target: Element): void {
    const row = target instanceof HTMLElement && target.style.position === "absolute";
    const contentRect = { width: 800, height: row ? 24 : 600 } as DOMRectReadOnly;
    queueMicrotask(() => this.#told([{ target, contentRect } as ResizeObserverEntry], this));
  }
  unobserve(): void {
    // Sizes never change here.
  }
  disconnect(): void {
    // Nothing is held.
  }
}
globalThis.ResizeObserver = Sizes;
Object.defineProperty(HTMLElement.prototype, "offsetParent", { get: () => document.body });
