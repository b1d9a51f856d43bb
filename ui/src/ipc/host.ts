import type { AppError, Channel, Commands, Events, KeysCommands } from "./contract";

/** Everything the screens may ask of what they run in: the real window, or the fake one. */
export interface Host {
  readonly commands: Commands;
  readonly keys: KeysCommands;
  /** A channel that a command streams into. */
  channel<T>(heard: (message: T) => void): Channel<T>;
  /** Listens until the returned function is called. */
  on<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): Promise<() => void>;
  /** Closes the window this page is shown in. */
  closeWindow(): Promise<void>;
}

function looksLikeAppError(thrown: unknown): thrown is AppError {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && "message" in thrown;
}

/** Whatever was thrown, in the one shape that screens show. */
export function asAppError(thrown: unknown): AppError {
  const shape: AppError = {
    code: "unexpected",
    message: "",
    causes: [],
    advice: null,
    request_id: null,
    fields: [],
  };
  if (looksLikeAppError(thrown)) return { ...shape, ...thrown };
  return { ...shape, message: thrown instanceof Error ? thrown.message : String(thrown) };
}
