// The store page: what it says to the element it shows.
const element = document.querySelector("turnpike-store");
if (element) Object.assign(element, { apiBase: location.origin });
export {};
