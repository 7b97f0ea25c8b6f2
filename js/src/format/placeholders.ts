// The placeholders of texts: `{name}`, or `{name:form}`.

/** Fills each placeholder; what there is nothing for stays to be seen. */
export function fillPlaceholders(text: string, write: (name: string, form: string) => string | undefined): string {
  return text.replace(/\{(\w+):?([^}]*)\}/g, (hole, name: string, form: string) => write(name, form) ?? hole);
}
