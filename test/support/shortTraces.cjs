// Jest keeps a hundred frames of every error, and translates each by its source map. Pulumi's SDK makes an error for
// each promise, and so does each expectation; ten frames are what Node keeps, and reach the test.
Error.stackTraceLimit = 10;
