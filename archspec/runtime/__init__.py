"""All that imports torch: modules from generated source, their weights, their verification and their export."""
