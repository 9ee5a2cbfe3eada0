/** Packages whose `exports` name only "import" are found on a second try. */
module.exports = (request, options) => {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (/^[./]/.test(request)) throw error;
    return options.defaultResolver(request, { ...options, conditions: ["node", "import", "default"] });
  }
};
