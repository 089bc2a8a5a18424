package manifest

// Keys returns all keys that a manifest may have, by where they stand.
func Keys() map[string][]string {
	return map[string][]string{
		"": names(fileFields), "naming": names(namingFields), "json": names(jsonFields), "services": names(serviceFields),
		"methods": names(methodFields), "errors": names(errorFields), "retired": names(retiredFields), "overrides": names(overrideFields),
	}
}
