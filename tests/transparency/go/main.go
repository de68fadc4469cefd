// Looks at a copy of a log with Go's own packages for transparency logs, which none of this repository's code shares.
//
//	look FOLDER KEYS [OLDER CHECKPOINT]
//
// Every leaf is hashed and stored as golang.org/x/mod/sumdb/tlog stores it and must give the signed root; every leaf is
// then proved through the published tiles, which tlog checks against that root; the older tree must be its beginning.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type tiles struct{ folder string }

func (t tiles) Height() int { return height }

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// ReadTiles leaves out the height from the path, which C2SP's layout does not have; a partial tile may be cut from a
// wider one, as the layout says.
func (t tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, tile := range wanted {
		data, err := os.ReadFile(t.path(tile))
		if err != nil {
			whole := tile
			whole.W = 1 << height
			data, err = os.ReadFile(t.path(whole))
		}
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is too short", tile.Path())
		}
		out = append(out, data[:tile.W*tlog.HashSize])
	}
	return out, nil
}

func (t tiles) path(tile tlog.Tile) string {
	return filepath.Join(t.folder, strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1))
}

func main() {
	if err := look(os.Args[1], os.Args[2], os.Args[3:]); err != nil {
		fmt.Println("wrong:", err)
		os.Exit(1)
	}
}

func look(folder, keys string, older []string) error {
	known, err := verifiers(keys)
	if err != nil {
		return err
	}
	tree, err := checkpoint(filepath.Join(folder, "checkpoint"), known)
	if err != nil {
		return err
	}
	leaves, err := entries(folder, tree.N)
	if err != nil {
		return err
	}
	if err := recomputed(tree, leaves); err != nil {
		return err
	}
	if err := proved(folder, tree, leaves); err != nil {
		return err
	}
	if len(older) > 0 {
		if err := grown(folder, tree, older[0], known); err != nil {
			return err
		}
	}
	fmt.Printf("%d leaves are right\n", tree.N)
	return nil
}

func verifiers(keys string) (note.Verifiers, error) {
	var known []note.Verifier
	for _, line := range strings.Fields(keys) {
		verifier, err := note.NewVerifier(line)
		if err != nil {
			return nil, err
		}
		known = append(known, verifier)
	}
	return note.VerifierList(known...), nil
}

func checkpoint(place string, known note.Verifiers) (tlog.Tree, error) {
	var tree tlog.Tree
	data, err := os.ReadFile(place)
	if err != nil {
		return tree, err
	}
	signed, err := note.Open(data, known)
	if err != nil {
		return tree, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) != 4 {
		return tree, fmt.Errorf("a checkpoint has three lines, not %d", len(lines)-1)
	}
	if tree.N, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
		return tree, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("%q is no root", lines[2])
	}
	copy(tree.Hash[:], root)
	return tree, nil
}

// entries reads the bundles; tlog knows their place as that of its data tiles.
func entries(folder string, size int64) ([][]byte, error) {
	var leaves [][]byte
	for n := int64(0); n<<height < size; n++ {
		width := min(size-n<<height, 1<<height)
		tile := tlog.Tile{H: height, L: -1, N: n, W: int(width)}
		name := strings.Replace(tiles{folder}.path(tile), "tile/data/", "tile/entries/", 1)
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		for ; width > 0; width-- {
			if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
				return nil, fmt.Errorf("%s is cut", name)
			}
			end := 2 + int(binary.BigEndian.Uint16(data))
			leaves = append(leaves, data[2:end])
			data = data[end:]
		}
	}
	return leaves, nil
}

// recomputed grows the tree from the leaves alone.
func recomputed(tree tlog.Tree, leaves [][]byte) error {
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		var out []tlog.Hash
		for _, index := range indexes {
			out = append(out, stored[index])
		}
		return out, nil
	})
	for n, leaf := range leaves {
		more, err := tlog.StoredHashes(int64(n), leaf, reader)
		if err != nil {
			return err
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err == nil && root != tree.Hash {
		err = fmt.Errorf("the leaves give the root %v, %v was signed", root, tree.Hash)
	}
	return err
}

// proved asks for a proof of every leaf through the tiles.
func proved(folder string, tree tlog.Tree, leaves [][]byte) error {
	reader := tlog.TileHashReader(tree, tiles{folder})
	for n, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(n), reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(n), tlog.RecordHash(leaf)); err != nil {
			return err
		}
	}
	return nil
}

// grown asks for a proof that the older tree is the beginning of this one.
func grown(folder string, tree tlog.Tree, place string, known note.Verifiers) error {
	older, err := checkpoint(place, known)
	if err != nil {
		return err
	}
	if older.N == 0 {
		return nil
	}
	proof, err := tlog.ProveTree(tree.N, older.N, tlog.TileHashReader(tree, tiles{folder}))
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash)
}
