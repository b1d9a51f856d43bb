/** Something that is there to be chosen. */
export interface Offer {
  value: string;
  /** What it is, in a few words. */
  text: string;
}

/** No more are shown at a time: who looks for one of hundreds types a few letters. */
export const MOST = 60;

/** Those that hold every word that was typed; those whose value begins so come first. */
export function fitting(offers: readonly Offer[], typed: string): Offer[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const [first = ""] = words;
  const fits = offers.filter(({ value, text }) => {
    const all = `${value} ${text}`.toLowerCase();
    return words.every((word) => all.includes(word));
  });
  const begins = ({ value }: Offer) => Number(!value.toLowerCase().startsWith(first));
  return first ? fits.toSorted((a, b) => begins(a) - begins(b)) : fits;
}
