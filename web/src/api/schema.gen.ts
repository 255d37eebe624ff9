// Written by `npm run generate` from docs/openapi.json.
// biome-ignore lint/suspicious/noEmptyInterface: the generator fills it.
export interface paths {}
