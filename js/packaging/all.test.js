// All packaging tests in one process: `npm run test:packaging`.
import "./projects.test.js";
import "./readme.test.js";
import "./tabs.test.js";
