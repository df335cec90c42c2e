-- The schema registry keeps its schemas beside the hub's tables, in a database of its own.
create database registry owner hub;
