#!/usr/bin/env node
import '../dist/killswitch.mjs';
