#!/usr/bin/env node
// CommonJS (see package.json beside it), which starts faster than ES modules.
require('../dist/cli/main.js');
