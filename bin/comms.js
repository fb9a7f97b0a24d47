#!/usr/bin/env node
// CommonJS (see package.json beside it), which starts faster than ES modules.
// From Node 22 on, what was compiled once is kept (NODE_DISABLE_COMPILE_CACHE=1 turns that off).
require('node:module').enableCompileCache?.();
require('../dist/cli/main.js');
