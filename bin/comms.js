#!/usr/bin/env node
// CommonJS (see package.json beside it), which starts faster than ES modules. What was compiled once is kept.
const { enableCompileCache } = require('node:module');

if (enableCompileCache) enableCompileCache();
else if (!process.env.NODE_DISABLE_COMPILE_CACHE)
  require('./compile-cache.js').enableCompileCache(require('node:path').join(__dirname, '..', 'dist', 'cli'));
require('../dist/cli/main.js');
