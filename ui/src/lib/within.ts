/** Whether Rust names this field, or a part of it: `depends_on[0]` and `environment.NAME` stand at the whole's control. */
export const within = (field: string, whole: string): boolean =>
  field === whole || field.startsWith(`${whole}[`) || field.startsWith(`${whole}.`);
