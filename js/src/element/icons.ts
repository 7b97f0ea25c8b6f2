// The catalogue's icons: fetched once per name, drawn with the colour of the text around them.

/** Gives the path of an icon, and fetches it when it is asked for first. */
export class Icons {
  readonly #paths = new Map<string, string | null>();
  readonly #fetch: (name: string) => Promise<string>;
  readonly #arrived: () => void;

  constructor(fetch: (name: string) => Promise<string>, arrived: () => void) {
    this.#fetch = fetch;
    this.#arrived = arrived;
  }

  /** The path in a square of 24, or null while it is not there. */
  path(name: string): string | null {
    const known = this.#paths.get(name);
    if (known !== undefined) return known;
    this.#paths.set(name, null);
    this.#fetch(name).then(
      (path) => {
        this.#paths.set(name, path);
        this.#arrived();
      },
      // A card without a picture is still a card; the next time that it is drawn it is asked for again.
      () => this.#paths.delete(name),
    );
    return null;
  }
}

/** The path data of an SVG file that has one square of 24 and paths only; anything else in it is not taken over. */
export function pathOf(svg: string): string {
  const paths = [...svg.matchAll(/<path\b[^>]*?\sd="([^"]*)"/g)].map(([, path]) => path ?? "");
  return paths.filter((path) => /^[\d\s.,+\-eMLHVCSQTAZmlhvcsqtaz]*$/.test(path)).join("");
}
