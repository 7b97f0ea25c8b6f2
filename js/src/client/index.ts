// The typed HTTP client of the store.
export {};
